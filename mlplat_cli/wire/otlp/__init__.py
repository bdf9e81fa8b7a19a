"""OpenTelemetry's protocol for traces. In: bodies of `POST /v1/traces`. Out: spans, and the answers exporters expect.

https://opentelemetry.io/docs/specs/otlp/ and opentelemetry-proto 1.x, `collector/trace/v1` and `trace/v1`.
"""
