# Parses OTLP/JSON requests for traces by the official definitions, refusing unknown fields. The ids are hexadecimal in
# OTLP and base64 in protobuf's JSON: the one place in which the two differ.
# Argument: a file with a JSON list of texts. Prints a JSON list: null for a text that was taken, else why it was not.

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

IDS = {"traceId": 16, "spanId": 8, "parentSpanId": 8}


def in_base64(value):
    if isinstance(value, list):
        return [in_base64(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, item in value.items():
        if key in IDS:
            raw = bytes.fromhex(item)
            if len(raw) != IDS[key] or raw == bytes(len(raw)):
                raise ValueError(f"{key} is no id")
            item = base64.b64encode(raw).decode()
        result[key] = in_base64(item)
    return result


def problem(text):
    try:
        request = json_format.ParseDict(in_base64(json.loads(text)), ExportTraceServiceRequest())
        # What cannot be written back was not understood.
        request.SerializeToString()
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"


with open(sys.argv[1], encoding="utf8") as file:
    print(json.dumps([problem(text) for text in json.load(file)]))
