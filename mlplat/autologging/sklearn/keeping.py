"""A fitted estimator, kept. In: the estimator, its data. Out: a logged model in the safest form that it has.

What skops cannot write is pickled; such a model is loaded without more ado only from the store that it was logged to.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from mlplat.autologging.model_logging import NAME, log_model
from mlplat.autologging.training import Training

FORMS = ("skops", "cloudpickle", "pickle")
"""From the safest on."""


class FitData(NamedTuple):
    """What an estimator was fitted to; None for what was not given."""

    features: Any
    targets: Any
    weights: Any


def keep_estimator(training: Training, estimator: Any, data: FitData, name: str = NAME) -> None:
    """Log an estimator, in the form that was asked for or else in the first one that can hold it."""
    form = training.options["serialization_format"]
    options = [{"serialization_format": each} for each in ((form,) if form else FORMS)]
    log_model(training, estimator, data.features, data.targets, name=name, options=options)
