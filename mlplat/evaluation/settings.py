"""How a model is evaluated. In: `evaluator_config`. Out: its options, checked."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional

from mlplat.exceptions import MlplatException

AVERAGES = ("weighted", "macro", "micro")
IGNORED = frozenset(
    [
        "default",
        "explainability_algorithm",
        "explainability_kernel_link",
        "explainability_nsamples",
        "log_explainer",
        "log_metrics_with_dataset_info",
        "log_model_explainability",
        "retriever_k",
    ]
)
"""MLflow's options for what is not done here."""


class Settings(NamedTuple):
    """The options of an evaluation; the names are MLflow's.

    Args:
        pos_label: the class that is looked for, where there are two.
        average: how several classes make one number: "weighted" by their rows, "macro" or "micro".
        sample_weights: a number a row, or the name of a column.
        metric_prefix: put before the names of metrics and files.
        label_list: all classes, where the data has not a row of each.
        max_classes_for_multiclass_roc_pr: with more classes, no curves are drawn.
        col_mapping: which column is what a custom metric calls by another name.
        log_eval_table: whether targets and predictions are kept row by row.
    """

    pos_label: Any = None
    average: str = "weighted"
    sample_weights: Any = None
    metric_prefix: str = ""
    label_list: Optional[List[Any]] = None
    max_classes_for_multiclass_roc_pr: int = 10
    col_mapping: Dict[str, str] = {}  # noqa: RUF012 - never changed
    log_eval_table: bool = True


def settings_of(config: Optional[Dict[str, Any]]) -> Settings:
    """Read a config; MlplatException for an option that is not known, or that is wrong."""
    given = {name: value for name, value in (config or {}).items() if name not in IGNORED and value is not None}
    unknown = sorted(set(given) - set(Settings._fields))
    if unknown:
        raise MlplatException(f"evaluator_config: {unknown[0]!r} is none of {', '.join(Settings._fields)}")
    settings = Settings(**given)
    if settings.average not in AVERAGES:
        raise MlplatException(f"evaluator_config: average is one of {', '.join(AVERAGES)}, not {settings.average!r}")
    return settings
