"""What MLflow has and this library has not. In: a name that ported code asks for. Out: a line that says what to do."""

from __future__ import annotations

_FUNCTIONS = """
config delete_prompt deployments disable_system_metrics_logging doctor enable_system_metrics_logging
flush_artifact_async_logging gateway genai get_current_active_span get_trace get_tracking_client
load_prompt load_table log_assessment log_expectation log_feedback log_stream log_trace metrics projects
register_prompt run search_prompts search_traces set_system_metrics_node_id
set_system_metrics_samples_before_logging set_system_metrics_sampling_interval start_span start_span_no_context
system_metrics trace tracing update_current_trace utils
"""
_FLAVOURS = """
anthropic autogen bedrock crewai diffusers dspy fastai gemini groq h2o johnsnowlabs langchain litellm llama_index
mistral openai paddle pmdarima prophet pyspark shap smolagents spark
"""
ABSENT = frozenset((_FUNCTIONS + _FLAVOURS).split())
"""Names of MLflow's top level that are not there yet."""


def explained(name: str) -> str:
    """Return what an AttributeError for this name says."""
    if name not in ABSENT:
        return f"module 'mlplat' has no attribute {name!r}"
    return (
        f"mlplat has no {name!r} yet: a script that needs mlflow.{name} keeps `import mlflow`, which logs to the same "
        "store when `mlplat run` starts it"
    )
