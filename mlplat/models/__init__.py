"""Models as folders: written, loaded, described. In: native models, addresses. Out: folders with an `MLmodel` file.

Each public name is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:  # `as` says to type checkers that a name is public
    from mlplat.evaluation.custom import EvaluationMetric as EvaluationMetric
    from mlplat.evaluation.custom import MetricValue as MetricValue
    from mlplat.evaluation.custom import make_metric as make_metric
    from mlplat.evaluation.evaluation import evaluate as evaluate
    from mlplat.evaluation.result import EvaluationArtifact as EvaluationArtifact
    from mlplat.evaluation.result import EvaluationResult as EvaluationResult
    from mlplat.evaluation.thresholds import MetricThreshold as MetricThreshold
    from mlplat.evaluation.thresholds import validate_evaluation_results as validate_evaluation_results
    from mlplat.models.asking import convert_input_example_to_serving_input as convert_input_example_to_serving_input
    from mlplat.models.asking import predict as predict
    from mlplat.models.asking import validate_serving_input as validate_serving_input
    from mlplat.models.describing import set_signature as set_signature
    from mlplat.models.from_code import ModelConfig as ModelConfig
    from mlplat.models.from_code import set_model as set_model
    from mlplat.models.info import ModelInfo as ModelInfo
    from mlplat.models.info import get_model_info as get_model_info
    from mlplat.models.model import Model as Model
    from mlplat.models.requirements import infer_pip_requirements as infer_pip_requirements
    from mlplat.models.signature import ModelSignature as ModelSignature
    from mlplat.models.signature import infer_signature as infer_signature

_HOMES = {
    "EvaluationArtifact": "mlplat.evaluation.result",
    "EvaluationMetric": "mlplat.evaluation.custom",
    "EvaluationResult": "mlplat.evaluation.result",
    "MetricThreshold": "mlplat.evaluation.thresholds",
    "MetricValue": "mlplat.evaluation.custom",
    "Model": "mlplat.models.model",
    "ModelConfig": "mlplat.models.from_code",
    "ModelInfo": "mlplat.models.info",
    "ModelSignature": "mlplat.models.signature",
    "convert_input_example_to_serving_input": "mlplat.models.asking",
    "evaluate": "mlplat.evaluation.evaluation",
    "get_model_info": "mlplat.models.info",
    "infer_pip_requirements": "mlplat.models.requirements",
    "infer_signature": "mlplat.models.signature",
    "make_metric": "mlplat.evaluation.custom",
    "predict": "mlplat.models.asking",
    "set_model": "mlplat.models.from_code",
    "set_signature": "mlplat.models.describing",
    "validate_evaluation_results": "mlplat.evaluation.thresholds",
    "validate_serving_input": "mlplat.models.asking",
}
"""The module that each public name lives in."""

__all__ = list(_HOMES)


def _load(name: str) -> Any:
    """Return a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mlplat.models' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


if not TYPE_CHECKING:  # a type checker would take every misspelt name for one of these
    __getattr__ = _load


def __dir__() -> List[str]:
    return sorted({*globals(), *_HOMES})
