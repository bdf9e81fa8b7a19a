"""Labels that come as a file. In: a table of keys and labels. Out: labels kept beside the predictions."""

from __future__ import annotations

import time
from pathlib import Path

from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.serving.monitoring.quality import key_text
from mlplat_cli.serving.monitoring.reference import read_columns
from mlplat_cli.serving.monitoring.subject import require_log
from mlplat_cli.serving.prediction_log import PREDICTIONS, Label, write_labels
from mlplat_cli.settings.address import StoreAddress

REQUEST_ID = "request_id"


def predictions_folder(address: StoreAddress, given: Path | None) -> Path:
    """Return the folder of all logs: the one that was named, or the store's."""
    return given if given is not None else address.home / PREDICTIONS


def read_label_file(path: Path, key: str, label: str) -> list[Label]:
    """Read a file of labels.

    Args:
        key: the column of keys: REQUEST_ID, or the name of an input column. label: the column of labels.

    Raises:
        NotFoundError: there is no such file. InvalidInputError: it cannot be read, or has no such column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"cannot read {path}: {error.strerror or error}") from None
    columns = read_columns(path, content)
    for option, name in (("--key", key), ("--label", label)):
        if name not in columns:
            raise InvalidInputError(f"{path} has no column {name!r} ({option})", hint=f"it has {', '.join(columns)}")
    now = int(time.time() * 1000)
    column = "" if key == REQUEST_ID else key
    return [
        Label(now, key_text(each), value, column)
        for each, value in zip(columns[key], columns[label], strict=True)
        if each is not None and value is not None
    ]


def take_labels(folder: Path, model: str, labels: list[Label]) -> int:
    """Keep labels and return how many there are.

    Raises:
        NotFoundError: no predictions of the model were logged. StoreError: they cannot be written.
    """
    require_log(folder, model)
    write_labels(folder, model, labels)
    return len(labels)
