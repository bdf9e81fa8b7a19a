"""`mlplat models labels`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.monitor import LogFolder
from mlplat_cli.cli.options import Json, TrackingUri


def labels(
    model: Annotated[str, typer.Argument(metavar="NAME", help="The model, as it was served.")],
    file: Annotated[Path, typer.Option("--file", metavar="FILE", help="CSV (or JSON, Parquet) with keys and labels.")],
    key: Annotated[
        str,
        typer.Option(
            metavar="COLUMN", help="Holds request ids (ID, or ID/ROW from 0); any other name is an input's column."
        ),
    ] = "request_id",
    label: Annotated[str, typer.Option(metavar="COLUMN", help="Holds the labels.")] = "label",
    log_folder: LogFolder = None,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Hand in the truth about predictions that were served.

    `mlplat models monitor` then reports quality, too. Of two labels of one key the later one counts.
    """
    from mlplat_cli.cli.console import print_json, say
    from mlplat_cli.serving.monitoring.labels import predictions_folder, read_label_file, take_labels
    from mlplat_cli.settings.address import find_store

    folder = predictions_folder(find_store(tracking_uri), log_folder)
    taken = take_labels(folder, model, read_label_file(file, key, label))
    if as_json:
        print_json({"version": 1, "model": model, "labels": taken})
    else:
        say(f"took {taken} labels of {model}")


command = leaf(labels, "labels")
