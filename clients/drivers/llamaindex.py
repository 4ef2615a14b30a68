"""LlamaIndex over its package for servers that are like OpenAI's."""

import asyncio

from check import ANSWER, ASKS, FAREWELL, GREETING, KEY, LEAVES, MODEL, URL, check, equal
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel

USUAL = {"api_base": f"{URL}/v1", "api_key": KEY, "is_chat_model": True, "is_function_calling_model": True}
llm = OpenAILike(model=MODEL, max_retries=0, **USUAL)
HI = [ChatMessage(role="user", content="Hi.")]


class Weather(BaseModel):
    """Tells of the weather."""

    city: str


def plain():
    equal(llm.chat(HI).message.content, GREETING)
    equal(llm.complete("Hi.").text, GREETING)


def several():
    async def run():
        for answer in await asyncio.gather(*[llm.achat(HI) for _ in range(5)]):
            equal(answer.message.content, GREETING)

    asyncio.run(run())


def stream():
    equal("".join(piece.delta or "" for piece in llm.stream_chat(HI)), GREETING)


def tools():
    def weather(city: str) -> str:
        """Tells the weather."""
        return f"rain in {city}"

    given = [FunctionTool.from_defaults(weather)]
    history = [ChatMessage(role="user", content=ASKS)]

    def ask():
        *_, last = llm.stream_chat_with_tools(given, chat_history=history)
        history.append(last.message)
        return last

    call = llm.get_tool_calls_from_response(ask())[0]
    said = ChatMessage(role="tool", content=weather(**call.tool_kwargs), additional_kwargs={"tool_call_id": call.tool_id})
    history.append(said)
    equal(ask().message.content, ANSWER)
    history.append(ChatMessage(role="user", content=LEAVES))
    equal(ask().message.content, FAREWELL)


def parse():
    equal(llm.as_structured_llm(Weather).chat([ChatMessage(role="user", content=ASKS)]).raw, Weather(city="Taipei"))


def errors():
    try:
        OpenAILike(model="nobody-has-it", max_retries=0, **USUAL).chat(HI)
    except Exception as error:
        equal(error.status_code, 404)
    else:
        raise AssertionError("there was no error")


check("plain", plain)
check("async", several)
check("stream", stream)
check("tools", tools)
check("parse", parse)
check("errors", errors)
