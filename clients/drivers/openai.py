"""The package `openai` of PyPI, by all that the table asks of it."""

import asyncio
import io

import openai
from check import ANSWER, ASKS, FAREWELL, GREETING, KEY, LEAVES, MODEL, URL, WEATHER, check, check_unless_chats, equal
from pydantic import BaseModel

client = openai.OpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0)
MESSAGES = [{"role": "user", "content": "Hi."}]
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}]


class Weather(BaseModel):
    city: str
    is_wet: bool


def models():
    equal(MODEL in [one.id for one in client.models.list()], True)
    equal(client.models.retrieve(MODEL).id, MODEL)


def plain():
    answer = client.chat.completions.create(model=MODEL, messages=MESSAGES)
    equal(answer.choices[0].message.content, GREETING)
    equal(answer.usage.total_tokens, 25)


def several():
    async def run():
        async with openai.AsyncOpenAI(base_url=f"{URL}/v1", api_key=KEY, max_retries=0) as asking:
            calls = [asking.chat.completions.create(model=MODEL, messages=MESSAGES) for _ in range(5)]
            for answer in await asyncio.gather(*calls):
                equal(answer.choices[0].message.content, GREETING)
            text = ""
            async for chunk in await asking.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True):
                text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
            equal(text, GREETING)

    asyncio.run(run())


def stream():
    text, total = "", None
    options = {"include_usage": True}
    for chunk in client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True, stream_options=options):
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        total = chunk.usage.total_tokens if chunk.usage else total
    equal([text, total], [GREETING, 25])


def raw():
    answer = client.chat.completions.with_raw_response.create(model=MODEL, messages=MESSAGES)
    equal(answer.parse().choices[0].message.content, GREETING)
    equal(isinstance(answer.headers.get("x-request-id"), str), True)
    with client.chat.completions.with_streaming_response.create(model=MODEL, messages=MESSAGES, stream=True) as answer:
        equal([line for line in answer.iter_lines() if line][-1], "data: [DONE]")


def tools():
    history = [{"role": "user", "content": ASKS}]
    with client.chat.completions.stream(model=MODEL, messages=history, tools=TOOLS) as answer:
        message = answer.get_final_completion().choices[0].message
    call = message.tool_calls[0]
    equal(call.function.arguments, '{"city":"Taipei"}')
    history += [
        message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "rain in Taipei"},
    ]
    for expected in [ANSWER, FAREWELL]:
        with client.chat.completions.stream(model=MODEL, messages=history, tools=TOOLS) as answer:
            said = answer.get_final_completion().choices[0].message.content
        equal(said, expected)
        history += [{"role": "assistant", "content": said}, {"role": "user", "content": LEAVES}]


def parse():
    answer = client.chat.completions.parse(model=MODEL, messages=MESSAGES, response_format=Weather)
    equal(answer.choices[0].message.parsed, Weather(city="Taipei", is_wet=False))


def errors():
    try:
        client.chat.completions.create(model="nobody-has-it", messages=MESSAGES)
    except openai.NotFoundError as error:
        equal(error.code, "model_not_found")
    else:
        raise AssertionError("there was no error")


def responses():
    given = [{"type": "function", "name": "weather", "strict": False, "parameters": WEATHER}]
    history = [{"role": "user", "content": ASKS}]
    with client.responses.stream(model=MODEL, input=history, tools=given, store=False) as answer:
        first = answer.get_final_response()
    call = next(item for item in first.output if item.type == "function_call")
    history += [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in first.output]
    history.append({"type": "function_call_output", "call_id": call.call_id, "output": "rain in Taipei"})
    equal(client.responses.create(model=MODEL, input=history, tools=given, store=False).output_text, ANSWER)


def socket():
    text = ""
    with client.responses.connect(max_retries=0) as connection:
        connection.response.create(model=MODEL, input=[{"role": "user", "content": "Hi."}], store=False)
        for event in connection:
            if event.type == "response.output_text.delta":
                text += event.delta
            if event.type in ("response.completed", "error", "response.failed"):
                break
    equal(text, GREETING)


def embeddings():
    data = client.embeddings.create(model=MODEL, input=["a", "b"]).data
    equal([len(data), data[1].embedding[2]], [2, 1])


def files():
    file = client.files.create(file=("a.jsonl", b"{}\n"), purpose="batch")
    equal(client.files.retrieve(file.id).id, file.id)
    equal(client.files.content(file.id).text, "{}\n")
    equal(client.files.delete(file.id).deleted, True)


def images():
    equal(isinstance(client.images.generate(model=MODEL, prompt="a lake").data[0].b64_json, str), True)
    edited = client.images.edit(model=MODEL, image=("a.png", b"png"), prompt="wider")
    equal(isinstance(edited.data[0].b64_json, str), True)


def audio():
    equal(len(client.audio.speech.create(model=MODEL, voice="alloy", input="hi").content), 4096)
    sound = io.BytesIO(b"sound")
    sound.name = "a.mp3"
    equal(len(client.audio.transcriptions.create(model=MODEL, file=sound).text) > 0, True)


check("models", models)
check("plain", plain)
check("async", several)
check("stream", stream)
check("raw", raw)
check("tools", tools)
check("parse", parse)
check("errors", errors)
check("responses", responses)
check("socket", socket)
check_unless_chats("embeddings", embeddings)
check_unless_chats("files", files)
check_unless_chats("images", images)
check_unless_chats("audio", audio)
