"""The program `llm` of PyPI, as a command and as a library, with a model of its file for others' servers."""

import asyncio
import os
import pathlib
import subprocess
import sys

from check import ANSWER, ASKS, FAREWELL, GREETING, KEY, LEAVES, MODEL, URL, check, equal

FOLDER = pathlib.Path(os.environ["HOME"]) / "llm"
FOLDER.mkdir(exist_ok=True)
os.environ["LLM_USER_PATH"] = str(FOLDER)
LINES = ["supports_tools: true", "supports_schema: true"]


def entry(name, model):
    lines = [f"- model_id: {name}", f"  model_name: {model}", f"  api_base: {URL}/v1", *[f"  {line}" for line in LINES]]
    return "\n".join(lines) + "\n"


(FOLDER / "extra-openai-models.yaml").write_text(entry("gateway", MODEL) + entry("nobody", "nobody-has-it"))
os.environ["OPENAI_API_KEY"] = KEY

import llm  # noqa: E402

model = llm.get_model("gateway")


def command(*words):
    ended = subprocess.run([sys.executable, "-m", "llm", *words], capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stdout.strip(), ended.stderr


def plain():
    equal(model.prompt("Hi.", stream=False).text(), GREETING)
    equal(command("-m", "gateway", "--no-stream", "Hi.")[:2], (0, GREETING))


def several():
    async def run():
        asking = llm.get_async_model("gateway")
        equal(await asking.prompt("Hi.").text(), GREETING)

    asyncio.run(run())


def stream():
    pieces = list(model.prompt("Hi."))
    equal(["".join(pieces), len(pieces) > 1], [GREETING, True])
    equal(command("-m", "gateway", "Hi.")[:2], (0, GREETING))


def tools():
    def weather(city: str) -> str:
        """Tells the weather."""
        return f"rain in {city}"

    conversation = model.conversation()
    equal(conversation.chain(ASKS, tools=[weather]).text().endswith(ANSWER), True)
    equal(conversation.prompt(LEAVES).text(), FAREWELL)


def parse():
    shape = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    equal(model.prompt("Hi.", schema=shape, stream=False).text(), '{"city":"Taipei"}')


def errors():
    code, _, said = command("-m", "nobody", "Hi.")
    equal([code, "nobody-has-it" in said], [1, True])


check("plain", plain)
check("async", several)
check("stream", stream)
check("tools", tools)
check("parse", parse)
check("errors", errors)
