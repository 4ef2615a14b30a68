"""The package `anthropic` of PyPI, by all that the table asks of it."""

import asyncio

import anthropic
from check import ANSWER, ASKS, FAREWELL, GREETING, KEY, LEAVES, MODEL, URL, WEATHER, check, equal

client = anthropic.Anthropic(base_url=URL, api_key=KEY, max_retries=0)
MESSAGES = [{"role": "user", "content": "Hi."}]
USUAL = {"model": MODEL, "max_tokens": 64}
TOOLS = [{"name": "weather", "description": "Tells the weather.", "input_schema": WEATHER}]


def models():
    equal(MODEL in [one.id for one in client.models.list()], True)


def plain():
    message = client.messages.create(**USUAL, messages=MESSAGES)
    equal([message.content[0].text, message.usage.input_tokens], [GREETING, 16])


def several():
    async def run():
        async with anthropic.AsyncAnthropic(base_url=URL, api_key=KEY, max_retries=0) as asking:
            calls = [asking.messages.create(**USUAL, messages=MESSAGES) for _ in range(5)]
            for message in await asyncio.gather(*calls):
                equal(message.content[0].text, GREETING)
            async with asking.messages.stream(**USUAL, messages=MESSAGES) as answer:
                equal(await answer.get_final_text(), GREETING)

    asyncio.run(run())


def stream():
    with client.messages.stream(**USUAL, messages=MESSAGES) as answer:
        equal("".join(answer.text_stream), GREETING)


def raw():
    answer = client.messages.with_raw_response.create(**USUAL, messages=MESSAGES)
    equal([answer.parse().content[0].text, answer.http_response.status_code], [GREETING, 200])


def tools():
    history = [{"role": "user", "content": ASKS}]

    def ask():
        thinking = {"type": "enabled", "budget_tokens": 1024}
        options = {"model": MODEL, "max_tokens": 4096, "tools": TOOLS, "thinking": thinking}
        with client.messages.stream(**options, messages=history) as answer:
            message = answer.get_final_message()
        history.append({"role": "assistant", "content": [block.to_dict() for block in message.content]})
        return message

    call = next(block for block in ask().content if block.type == "tool_use")
    equal(call.input, {"city": "Taipei"})
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "rain in Taipei"}
    history.append({"role": "user", "content": [result]})
    equal(ask().content[-1].text, ANSWER)
    history.append({"role": "user", "content": LEAVES})
    equal(ask().content[-1].text, FAREWELL)


def parse():
    schema = {**WEATHER, "additionalProperties": False}
    output = {"format": {"type": "json_schema", "schema": schema}}
    message = client.messages.create(**USUAL, messages=MESSAGES, output_config=output)
    equal(message.content[0].text, '{"city":"Taipei"}')


def errors():
    try:
        client.messages.create(model="nobody-has-it", max_tokens=64, messages=MESSAGES)
    except anthropic.NotFoundError as error:
        equal(error.body["error"]["type"], "not_found_error")
    else:
        raise AssertionError("there was no error")


def versions():
    for version in ["2023-06-01", "2026-10-21"]:
        headers = {"anthropic-version": version}
        message = client.messages.create(**USUAL, messages=MESSAGES, extra_headers=headers)
        equal(message.content[0].text, GREETING)
    bearer = anthropic.Anthropic(base_url=URL, auth_token=KEY, max_retries=0)
    equal(bearer.messages.create(**USUAL, messages=MESSAGES).content[0].text, GREETING)


def count():
    equal(client.messages.count_tokens(model=MODEL, messages=MESSAGES).input_tokens > 0, True)


check("models", models)
check("plain", plain)
check("async", several)
check("stream", stream)
check("raw", raw)
check("tools", tools)
check("parse", parse)
check("errors", errors)
check("versions", versions)
check("count", count)
