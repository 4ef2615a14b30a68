"""The package `litellm` of PyPI as an SDK: `python litellm.py openai|anthropic`."""

import asyncio
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402
from check import (  # noqa: E402
    ANSWER,
    ASKS,
    FAREWELL,
    GREETING,
    KEY,
    LEAVES,
    MODEL,
    URL,
    WEATHER,
    check,
    check_unless_chats,
    equal,
)

litellm.telemetry = False
WHICH = sys.argv[1]
BASE = URL if WHICH == "anthropic" else f"{URL}/v1"
USUAL = {"model": f"{WHICH}/{MODEL}", "api_base": BASE, "api_key": KEY, "num_retries": 0, "max_retries": 0}
MESSAGES = [{"role": "user", "content": "Hi."}]
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Weather.", "parameters": WEATHER}}]


def plain():
    equal(litellm.completion(**USUAL, messages=MESSAGES).choices[0].message.content, GREETING)


def several():
    async def run():
        calls = [litellm.acompletion(**USUAL, messages=MESSAGES) for _ in range(5)]
        for answer in await asyncio.gather(*calls):
            equal(answer.choices[0].message.content, GREETING)

    asyncio.run(run())


def stream():
    pieces = litellm.completion(**USUAL, messages=MESSAGES, stream=True)
    equal("".join(piece.choices[0].delta.content or "" for piece in pieces), GREETING)


def tools():
    history = [{"role": "user", "content": ASKS}]

    def ask():
        pieces = list(litellm.completion(**USUAL, messages=history, tools=TOOLS, stream=True))
        message = litellm.stream_chunk_builder(pieces, messages=history).choices[0].message
        history.append(message.model_dump(exclude_none=True))
        return message

    call = ask().tool_calls[0]
    equal(call.function.name, "weather")
    history.append({"role": "tool", "tool_call_id": call.id, "content": "rain in Taipei"})
    equal(ask().content, ANSWER)
    history.append({"role": "user", "content": LEAVES})
    equal(ask().content, FAREWELL)


def parse():
    shape = {"type": "json_schema", "json_schema": {"name": "shape", "strict": True, "schema": WEATHER}}
    answer = litellm.completion(**USUAL, messages=MESSAGES, response_format=shape)
    equal(answer.choices[0].message.content.replace(" ", ""), '{"city":"Taipei"}')


def errors():
    try:
        litellm.completion(**{**USUAL, "model": f"{WHICH}/nobody-has-it"}, messages=MESSAGES)
    except litellm.NotFoundError as error:
        equal(error.status_code, 404)
    else:
        raise AssertionError("there was no error")


def responses():
    answer = litellm.responses(**{key: USUAL[key] for key in ["model", "api_base", "api_key"]}, input="Hi.")
    equal(answer.output[-1].content[0].text, GREETING)


def embeddings():
    equal(litellm.embedding(**USUAL, input=["a", "b"]).data[1]["embedding"][2], 1)


check("plain", plain)
check("async", several)
check("stream", stream)
check("tools", tools)
check("parse", parse)
check("errors", errors)
if WHICH == "openai":
    check("responses", responses)
    check_unless_chats("embeddings", embeddings)
