"""What served models were asked and answered. In: answered requests. Out: segments on disk; and back again.

<folder>/<model>/<begun, ms>-<pid>-<random>.segment     the format is in `segment.py`
<folder>/<model>/<received, ms>-<pid>-<random>.labels   the truth about them, which comes later; likewise
"""

from mlplat_cli.serving.prediction_log.figures import LogFigures
from mlplat_cli.serving.prediction_log.labels import read_labels, write_labels
from mlplat_cli.serving.prediction_log.log import PREDICTIONS, PredictionLog
from mlplat_cli.serving.prediction_log.reading import has_log, logged_models, read_predictions
from mlplat_cli.serving.prediction_log.record import Label, Prediction
from mlplat_cli.serving.prediction_log.retention import Retention

__all__ = [
    "PREDICTIONS",
    "Label",
    "LogFigures",
    "Prediction",
    "PredictionLog",
    "Retention",
    "has_log",
    "logged_models",
    "read_labels",
    "read_predictions",
    "write_labels",
]
