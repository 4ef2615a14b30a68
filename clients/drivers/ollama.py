"""The package `ollama` of PyPI, by all that the table asks of it."""

import asyncio

import ollama
from check import ANSWER, ASKS, FAREWELL, GREETING, LEAVES, MODEL, URL, WEATHER, check, equal

client = ollama.Client(host=URL)
MESSAGES = [{"role": "user", "content": "Hi."}]
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Weather.", "parameters": WEATHER}}]


def models():
    equal(any(one.model.startswith(MODEL) for one in client.list().models), True)


def plain():
    equal(client.chat(model=MODEL, messages=MESSAGES).message.content, GREETING)
    equal(client.generate(model=MODEL, prompt="Hi.").response, GREETING)


def several():
    async def run():
        asking = ollama.AsyncClient(host=URL)
        calls = [asking.chat(model=MODEL, messages=MESSAGES) for _ in range(5)]
        for answer in await asyncio.gather(*calls):
            equal(answer.message.content, GREETING)

    asyncio.run(run())


def stream():
    pieces = list(client.chat(model=MODEL, messages=MESSAGES, stream=True))
    equal(["".join(piece.message.content or "" for piece in pieces), pieces[-1].done], [GREETING, True])


def tools():
    history = [{"role": "user", "content": ASKS}]

    def ask():
        text, calls = "", []
        for piece in client.chat(model=MODEL, messages=history, tools=TOOLS, stream=True):
            text += piece.message.content or ""
            calls += piece.message.tool_calls or []
        history.append({"role": "assistant", "content": text, "tool_calls": calls})
        return text, calls

    equal(dict(ask()[1][0].function.arguments), {"city": "Taipei"})
    history.append({"role": "tool", "tool_name": "weather", "content": "rain in Taipei"})
    equal(ask()[0], ANSWER)
    history.append({"role": "user", "content": LEAVES})
    equal(ask()[0], FAREWELL)


def parse():
    equal(client.chat(model=MODEL, messages=MESSAGES, format=WEATHER).message.content, '{"city":"Taipei"}')


def errors():
    try:
        client.chat(model="nobody-has-it", messages=MESSAGES)
    except ollama.ResponseError as error:
        equal(error.status_code, 404)
    else:
        raise AssertionError("there was no error")


check("models", models)
check("plain", plain)
check("async", several)
check("stream", stream)
check("tools", tools)
check("parse", parse)
check("errors", errors)
