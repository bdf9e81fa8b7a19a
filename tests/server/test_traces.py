"""Traces and assessments over HTTP, and OpenTelemetry's own path."""

from __future__ import annotations

import gzip
import json
import threading
import time
import zlib
from typing import Any

import pytest

from tests.server.conftest import Served
from tests.wire.protobuf import Fields, Fixed, message

V3 = "/api/3.0/mlflow/traces"
TRACE = "0af7651916cd43dd8448eb211c80319c"
PROTOBUF = {"Content-Type": "application/x-protobuf"}


def info(trace_id: str = "tr-1", **fields: Any) -> dict[str, Any]:
    location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}
    told = {"trace_id": trace_id, "trace_location": location, "request_time": "2026-01-31T09:08:59.965Z", "state": "OK"}
    return {"trace": {"trace_info": {**told, **fields}}}


def spans(service: str = "", trace: str = TRACE, **fields: Any) -> dict[str, Any]:
    span = {"traceId": trace, "spanId": "00f067aa0ba902b7", "name": "root", "startTimeUnixNano": "5000000", **fields}
    attributes = [{"key": "service.name", "value": {"stringValue": service}}] if service else []
    return {"resourceSpans": [{"resource": {"attributes": attributes}, "scopeSpans": [{"spans": [span]}]}]}


def protobuf(trace: str = TRACE) -> bytes:
    span: Fields = [(1, bytes.fromhex(trace)), (2, b"12345678"), (5, "root"), (7, Fixed(1)), (8, Fixed(2))]
    return message([(1, [(2, [(2, span)])])])


def v3(served: Served, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
    reply = served.ask(verb, V3 + path, body or {})
    assert reply.status == 200, reply.body
    return reply.json


def refused(served: Served, verb: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
    reply = served.ask(verb, V3 + path, body)
    return reply.status, reply.json["error_code"]


def test_a_trace_is_told_of_and_read(served: Served) -> None:
    told = info(execution_duration="1.5s", tags={"a": "1"}, trace_metadata={"m": "2"}, client_request_id="c")
    made = v3(served, "POST", "", told)["trace"]["trace_info"]
    assert made["execution_duration"] == "1.500s"
    assert made["request_time"] == "2026-01-31T09:08:59.965Z"
    assert made["tags"] == {
        "a": "1",
        "mlflow.artifactLocation": "mlflow-artifacts:/0/traces/tr-1/artifacts",
        "mlflow.trace.spansLocation": "TRACKING_STORE",
    }
    assert made["trace_metadata"] == {"m": "2", "mlflow.trace.infoFinalized": "true"}
    assert v3(served, "GET", "/tr-1")["trace"]["trace_info"] == made
    location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}
    assert v3(served, "POST", "/search", {"locations": [location], "filter": "tags.a = '1'"}) == {"traces": [made]}
    assert v3(served, "POST", "/batchGetInfos", {"trace_ids": ["tr-1", "tr-x"]}) == {"trace_infos": [made]}
    assert v3(served, "GET", "/batchGet", {"trace_ids": ["tr-1", "tr-x"]}) == {"traces": [{"trace_info": made}]}


@pytest.mark.parametrize(
    "fields",
    [
        {"trace_id": "a/b"},
        {"trace_id": "x" * 51},
        {"trace_location": None},
        {"trace_location": {"mlflow_experiment": {"experiment_id": "x"}}},
        {"request_time": "yesterday"},
        {"request_time": None},
        {"execution_duration": "long"},
        {"state": "BOGUS"},
        {"tags": {"k" * 251: "v"}},
        {"tags": {"k": 5}},
        {"client_request_id": "c" * 257},
    ],
)
def test_a_trace_that_is_none(served: Served, fields: dict[str, Any]) -> None:
    told = info()
    told["trace"]["trace_info"].update(fields)
    assert refused(served, "POST", "", told) == (400, "INVALID_PARAMETER_VALUE")


def test_what_is_not_there_and_what_is_too_much(served: Served) -> None:
    gone = (404, "RESOURCE_DOES_NOT_EXIST")
    assert refused(served, "GET", "/tr-x", {}) == gone
    assert refused(served, "GET", "/get", {"trace_id": "tr-x"}) == gone
    assert refused(served, "PATCH", "/tr-x/tags", {"key": "a", "value": "b"}) == gone
    assert refused(served, "GET", "/tr-x/assessments/a-1", {}) == gone
    wrong = (400, "INVALID_PARAMETER_VALUE")
    assert refused(served, "POST", "/search", {}) == wrong
    assert refused(served, "POST", "/search", {"locations": [], "max_results": 501}) == wrong
    assert refused(served, "POST", "/search", {"locations": [{"inference_table": {}}]}) == wrong
    assert refused(served, "POST", "/delete-traces", {"experiment_id": "0"}) == wrong
    both = {"experiment_id": "0", "request_ids": ["a"], "max_timestamp_millis": 5}
    assert refused(served, "POST", "/delete-traces", both) == wrong
    assert v3(served, "POST", "/delete-traces", {"experiment_id": "0", "request_ids": ["a"]}) == {"traces_deleted": 0}


def test_all_spans_are_waited_for_unless_a_part_will_do(served: Served) -> None:
    announced = {"mlflow.trace.sizeStats": '{"num_spans": 1}'}
    v3(served, "POST", "", info(f"tr-{TRACE}", trace_metadata=announced))
    assert "spans" not in v3(served, "GET", "/get", {"trace_id": f"tr-{TRACE}"})["trace"]
    found: list[Any] = []
    question = {"trace_id": f"tr-{TRACE}", "allow_partial": "False"}
    reading = threading.Thread(target=lambda: found.append(v3(served, "GET", "/get", question)))
    reading.start()
    time.sleep(0.2)
    assert served.ask("POST", "/v1/traces", protobuf(), PROTOBUF).status == 200
    reading.join(30)
    (span,) = found[0]["trace"]["spans"]
    assert (span["span_id"], span["name"], span["status"]) == ("MTIzNDU2Nzg=", "root", {"code": "STATUS_CODE_UNSET"})
    assert {"key": "mlflow.traceRequestId", "value": {"string_value": f"tr-{TRACE}"}} in span["attributes"]


def test_an_exporter_without_any_header(served: Served) -> None:
    shop = served.call("POST", "experiments/create", {"name": "shop"})["experiment_id"]
    reply = served.ask("POST", "/v1/traces", protobuf(), PROTOBUF)
    assert (reply.status, reply.body, reply.headers["content-type"]) == (200, b"", "application/x-protobuf")
    assert v3(served, "GET", f"/tr-{TRACE}")["trace"]["trace_info"]["state"] == "OK"
    reply = served.ask("POST", "/v1/traces", spans("shop", "a" * 32))
    assert (reply.status, reply.json) == (200, {"partialSuccess": {}})
    found = v3(served, "GET", f"/tr-{'a' * 32}")["trace"]["trace_info"]
    assert found["trace_location"]["mlflow_experiment"]["experiment_id"] == shop
    assert found["tags"]["service.name"] == "shop"
    served.ask("POST", "/v1/traces", spans("unknown", "b" * 32))
    location = v3(served, "GET", f"/tr-{'b' * 32}")["trace"]["trace_info"]["trace_location"]
    assert location["mlflow_experiment"]["experiment_id"] == "0"


def test_headers_of_mlflow(served: Served) -> None:
    run_id = served.run()
    other = served.call("POST", "experiments/create", {"name": "other"})["experiment_id"]
    headers = {**PROTOBUF, "x-mlflow-experiment-id": other, "x-mlflow-run-id": run_id}
    assert served.ask("POST", "/v1/traces", protobuf(), headers).status == 200
    (found,) = served.store.search_traces([other], filter=f"run_id = '{run_id}'").items
    assert found.trace_id == f"tr-{TRACE}"
    missing = served.ask("POST", "/v1/traces", protobuf("c" * 32), {**PROTOBUF, "x-mlflow-experiment-id": "77"})
    assert (missing.status, missing.headers["content-type"]) == (404, "application/x-protobuf")
    assert b"77" in missing.body
    assert served.store.traces([f"tr-{'c' * 32}"]) == []


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-15)),
        ("identity", bytes),
    ],
)
def test_compressed(served: Served, encoding: str, pack: Any) -> None:
    headers = {**PROTOBUF, "Content-Encoding": encoding}
    assert served.ask("POST", "/v1/traces", pack(protobuf()), headers).status == 200
    assert len(served.store.get_trace(f"tr-{TRACE}").spans) == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(b"\xff\xff", PROTOBUF, id="no-protobuf"),
        pytest.param(b"{bad", {"Content-Type": "application/json"}, id="no-json"),
        pytest.param(json.dumps(spans(traceId="")).encode(), {"Content-Type": "application/json"}, id="no-trace-id"),
        pytest.param(protobuf(), {"Content-Type": "text/plain"}, id="another-type"),
        pytest.param(protobuf(), {}, id="no-type"),
        pytest.param(protobuf(), {**PROTOBUF, "Content-Encoding": "gzip"}, id="not-packed"),
        pytest.param(gzip.compress(protobuf())[:-9], {**PROTOBUF, "Content-Encoding": "gzip"}, id="cut-off"),
        pytest.param(protobuf(), {**PROTOBUF, "Content-Encoding": "br"}, id="unknown-packing"),
        pytest.param(
            gzip.compress(bytes(65 << 20), 1), {**PROTOBUF, "Content-Encoding": "gzip"}, id="too-long-unpacked"
        ),
        pytest.param(protobuf(), {**PROTOBUF, "x-mlflow-experiment-id": "x"}, id="no-experiment"),
        pytest.param(protobuf(), {**PROTOBUF, "x-mlflow-run-id": "a/b"}, id="no-run"),
    ],
    ids=[
        "no protobuf",
        "no JSON",
        "no trace id",
        "another type",
        "no type",
        "not compressed",
        "cut off",
        "an unknown compression",
        "a bomb",
        "no experiment",
        "no run",
    ],
)
def test_spans_that_are_refused(served: Served, body: bytes, headers: dict[str, str]) -> None:
    reply = served.ask("POST", "/v1/traces", body, headers)
    assert reply.status == 400
    if headers.get("Content-Type") == "application/x-protobuf":
        assert reply.body[:2] == b"\x08\x03", "google.rpc.Status, INVALID_ARGUMENT"
    else:
        assert reply.json["error_code"] == "INVALID_PARAMETER_VALUE"


def test_one_bad_span_keeps_none(served: Served) -> None:
    good, bad = spans(), spans(trace="0" * 32)
    request = {"resourceSpans": good["resourceSpans"] + bad["resourceSpans"]}
    assert served.ask("POST", "/v1/traces", request).status == 400
    assert served.store.search_traces(["0"]).items == []


def test_a_client_of_mlflow_2(served: Served) -> None:
    begun = served.call(
        "POST", "traces", {"experiment_id": "0", "timestamp_ms": 5, "tags": [{"key": "a", "value": "1"}]}
    )
    trace_id = begun["trace_info"]["request_id"]
    assert (begun["trace_info"]["status"], begun["trace_info"]["timestamp_ms"]) == ("IN_PROGRESS", 5)
    metadata = [{"key": "m", "value": "2"}]
    ended = {"timestamp_ms": 12, "status": "ERROR", "request_metadata": metadata}
    made = served.call("PATCH", f"traces/{trace_id}", ended)["trace_info"]
    assert (made["execution_time_ms"], made["status"], made["request_metadata"]) == (7, "ERROR", metadata)
    assert "mlflow.trace.spansLocation" not in {tag["key"] for tag in made["tags"]}
    served.call("PATCH", f"traces/{trace_id}/tags", {"key": "b", "value": "3"})
    served.call("DELETE", f"traces/{trace_id}/tags", {"key": "a"})
    shown = served.call("GET", f"traces/{trace_id}/info")["trace_info"]
    assert {tag["key"] for tag in shown["tags"]} == {"b", "mlflow.artifactLocation"}
    assert served.call("GET", "traces", {"experiment_ids": ["0"], "filter": "status = 'ERROR'"}) == {"traces": [shown]}
    folder = served.home / "artifacts" / "0" / "traces" / trace_id / "artifacts"
    folder.mkdir(parents=True)
    attributes = {"mlflow.spanType": '"LLM"', "mlflow.spanInputs": '{"x": 3}'}
    context = {"trace_id": f"0x{TRACE}", "span_id": "0x00f067aa0ba902b7"}
    span = {
        "name": "f",
        "context": context,
        "parent_id": None,
        "start_time": 5,
        "end_time": 6,
        "attributes": attributes,
    }
    file = json.dumps({"spans": [{**span, "status_code": "ERROR", "events": []}]})
    (folder / "traces.json").write_text(file)
    (read,) = v3(served, "GET", "/get", {"trace_id": trace_id})["trace"]["spans"]
    assert (read["name"], read["status"]["code"]) == ("f", "STATUS_CODE_ERROR")
    assert served.ask("GET", f"/ajax-api/2.0/mlflow/get-trace-artifact?request_id={trace_id}").body == file.encode()


def test_spans_as_a_file(served: Served) -> None:
    given = {"n": {"intValue": "5"}, "json": {"stringValue": '{"a": "é"}'}, "plain": {"stringValue": "é"}}
    attributes = [{"key": key, "value": value} for key, value in given.items()]
    served.ask("POST", "/v1/traces", spans(endTimeUnixNano="6000000", attributes=attributes))
    reply = served.ask("GET", f"/ajax-api/3.0/mlflow/get-trace-artifact?request_id=tr-{TRACE}")
    (span,) = json.loads(reply.body)["spans"]
    assert (span["name"], span["attributes"]["n"]) == ("root", "5")
    assert (span["attributes"]["json"], span["attributes"]["plain"]) == ('{"a": "é"}', '"é"')
    assert reply.headers["x-content-type-options"] == "nosniff"
    for query in (f"request_id=tr-{TRACE}&path=../../x", "request_id=", "path=x"):
        assert served.ask("GET", f"/ajax-api/2.0/mlflow/get-trace-artifact?{query}").status == 400
    assert served.ask("GET", f"/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-{TRACE}&path=x").status == 404


def test_assessments(served: Served) -> None:
    v3(served, "POST", "", info())
    source = {"source_type": "HUMAN", "source_id": "me"}

    def assess(**fields: Any) -> dict[str, Any]:
        given = {"assessment_name": "good", "source": source, "feedback": {"value": True}, **fields}
        made: dict[str, Any] = v3(served, "POST", "/tr-1/assessments", {"assessment": given})["assessment"]
        return made

    first = assess(rationale="r", metadata={"k": "v"}, create_time="2026-01-31T09:08:59.965Z")
    assert first["create_time"] == "2026-01-31T09:08:59.965Z"
    assert (first["feedback"], first["source"], first["valid"]) == ({"value": True}, source, True)
    second = assess(overrides=first["assessment_id"], feedback={"value": None, "error": {"error_code": "E"}})
    assert second["feedback"] == {"value": None, "error": {"error_code": "E"}}
    assert v3(served, "GET", f"/tr-1/assessments/{first['assessment_id']}")["assessment"]["valid"] is False
    expected = assess(feedback=None, expectation={"serialized_value": {"value": '{"z": [1]}'}})
    assert expected["expectation"]["serialized_value"] == {"serialization_format": "JSON_FORMAT", "value": '{"z": [1]}'}
    change = {
        "assessment": {"expectation": {"value": "z"}, "rationale": "no"},
        "update_mask": "assessmentName,expectation",
    }
    change["assessment"]["assessment_name"] = "better"
    changed = v3(served, "PATCH", f"/tr-1/assessments/{expected['assessment_id']}", change)["assessment"]
    assert (changed["assessment_name"], changed["expectation"], "rationale" in changed) == (
        "better",
        {"value": "z"},
        False,
    )
    v3(served, "DELETE", f"/tr-1/assessments/{second['assessment_id']}")
    shown = v3(served, "GET", "/tr-1")["trace"]["trace_info"]["assessments"]
    assert [each["assessment_name"] for each in shown] == ["good", "better"]
    assert all(each["valid"] for each in shown)
    for wrong in (
        {"assessment_name": ""},
        {"feedback": None},
        {"source": {"source_type": "ALIEN"}},
        {"create_time": "x"},
    ):
        given = {"assessment_name": "good", "source": source, "feedback": {"value": True}, **wrong}
        fault = refused(served, "POST", "/tr-1/assessments", {"assessment": given})
        assert fault == (400, "INVALID_PARAMETER_VALUE")
    path = f"/tr-1/assessments/{first['assessment_id']}"
    for mask in ({"update_mask": "bogus"}, {}):
        assert refused(served, "PATCH", path, {"assessment": {}, **mask}) == (400, "INVALID_PARAMETER_VALUE")


def test_half_of_a_surrogate_pair_is_the_callers_mistake(served: Served) -> None:
    v3(served, "POST", "", info())
    half = {"assessment": {"assessment_name": "good", "feedback": {"value": "\ud800"}}}
    assert refused(served, "POST", "/tr-1/assessments", half) == (400, "INVALID_PARAMETER_VALUE")
    assert served.ask("POST", "/v1/traces", spans(name="\ud800")).status == 400
