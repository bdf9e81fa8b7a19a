"""OpenTelemetry's own exporter, without any header of MLflow, and what the stock client reads of its spans."""

import os

import mlflow
from expect import report
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

experiment = mlflow.create_experiment("shop")
token = os.environ.get("MLFLOW_TRACKING_TOKEN")
headers = {"Authorization": f"Bearer {token}"} if token else {}
for service, compression in (("shop", Compression.Gzip), ("other", Compression.NoCompression)):
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    address = f"{os.environ['MLFLOW_TRACKING_URI']}/v1/traces"
    exporter = OTLPSpanExporter(endpoint=address, headers=headers, compression=compression)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("shop")
    told = {"session.id": "s", "user.id": "u", "input.value": "hi"}
    with tracer.start_as_current_span("checkout", attributes=told), tracer.start_as_current_span("chat m") as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.usage.input_tokens", 7)
        span.set_attribute("gen_ai.usage.output_tokens", 3)
        span.set_attribute("list", ["a", "b"])
        span.add_event("said", {"what": "x"})
        span.set_status(trace.StatusCode.ERROR, "bad")
    assert provider.force_flush()
    provider.shutdown()

[found] = mlflow.search_traces(locations=[experiment], return_type="list")
assert found.info.tags["mlflow.traceName"] == "checkout"
assert found.info.tags["service.name"] == "shop"
assert found.info.state == "OK"
assert found.info.token_usage == {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
assert found.info.trace_metadata["mlflow.trace.session"] == "s"
root, chat = mlflow.get_trace(found.info.trace_id).data.spans
assert (root.inputs, chat.span_type, chat.parent_id) == ("hi", "CHAT_MODEL", root.span_id)
assert (chat.attributes["list"], chat.events[0].name, chat.status.description) == (["a", "b"], "said", "bad")
assert len(mlflow.search_traces(locations=["0"], return_type="list")) == 1
report(found.info.trace_id)
