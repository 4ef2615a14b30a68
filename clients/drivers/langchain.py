"""LangChain in Python over one of two packages: `python langchain.py openai|responses|anthropic`."""

import asyncio
import sys

from check import ANSWER, ASKS, FAREWELL, GREETING, KEY, LEAVES, MODEL, URL, check, check_unless_chats, equal
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

WHICH = sys.argv[1]


def chat_of(name):
    if WHICH == "anthropic":
        return ChatAnthropic(model=name, base_url=URL, api_key=KEY, max_retries=0, max_tokens=64)
    responses = {"use_responses_api": WHICH == "responses"}
    return ChatOpenAI(model=name, base_url=f"{URL}/v1", api_key=KEY, max_retries=0, **responses)


CHAT = chat_of(MODEL)


class Weather(BaseModel):
    """Tells of the weather."""

    city: str


def plain():
    equal(CHAT.invoke("Hi.").text, GREETING)


def several():
    async def run():
        for answer in await CHAT.abatch(["Hi."] * 5):
            equal(answer.text, GREETING)

    asyncio.run(run())


def stream():
    equal("".join(piece.text for piece in CHAT.stream("Hi.")), GREETING)


def tools():
    @tool
    def weather(city: str) -> str:
        """Tells the weather."""
        return f"rain in {city}"

    bound = CHAT.bind_tools([weather])
    history = [HumanMessage(ASKS)]

    def ask():
        whole = None
        for piece in bound.stream(history):
            whole = piece if whole is None else whole + piece
        history.append(whole)
        return whole

    call = ask().tool_calls[0]
    history.append(ToolMessage(tool_call_id=call["id"], content=weather.invoke(call["args"])))
    equal(ask().text, ANSWER)
    history.append(HumanMessage(LEAVES))
    equal(ask().text, FAREWELL)


def parse():
    if WHICH == "anthropic":
        equal(CHAT.with_structured_output(Weather).invoke(ASKS), Weather(city="Taipei"))
    else:
        equal(CHAT.with_structured_output(Weather, method="json_schema").invoke("Hi."), Weather(city="Taipei"))


def errors():
    try:
        chat_of("nobody-has-it").invoke("Hi.")
    except Exception as error:
        equal(error.status_code, 404)
    else:
        raise AssertionError("there was no error")


def embeddings():
    options = {"base_url": f"{URL}/v1", "api_key": KEY, "check_embedding_ctx_length": False, "max_retries": 0}
    equal(OpenAIEmbeddings(model=MODEL, **options).embed_documents(["a", "b"])[1][2], 1)


check("plain", plain)
check("async", several)
check("stream", stream)
check("tools", tools)
check("parse", parse)
check("errors", errors)
if WHICH == "openai":
    check_unless_chats("embeddings", embeddings)
