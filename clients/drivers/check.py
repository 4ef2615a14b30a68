"""What the drivers in Python share: one check a capability, and a line of JSON for each on stdout."""

import json
import os
import sys
import traceback

URL = os.environ["GATEWAY_URL"]
MODEL = os.environ["GATEWAY_MODEL"]
WAY = os.environ["GATEWAY_WAY"]
KEY = "sk-caller"
ASKS = "What is the weather in Taipei? (turn one)"
LEAVES = "Say goodbye, and what the tool had said. (turn two)"
WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
GREETING = "Hello from the model."
ANSWER = "The tool said: rain in Taipei"
FAREWELL = "Goodbye. The tool had said: rain in Taipei"


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} in place of {expected!r}")


def check(capability, run):
    """Runs one; another's failure does not stop it."""
    line = {"capability": capability, "ok": True}
    try:
        run()
    except BaseException:
        line = {"capability": capability, "ok": False, "reason": traceback.format_exc()[-1500:]}
    print(json.dumps(line), flush=True)


def check_unless_chats(capability, run):
    """For an endpoint that does not have the path: the client has to see an error of its own kind, with the status."""

    def refused():
        try:
            run()
        except Exception as error:
            equal(getattr(error, "status_code", None), 404)
        else:
            raise AssertionError("there was no error")

    check(capability, refused if WAY == "chats" else run)
