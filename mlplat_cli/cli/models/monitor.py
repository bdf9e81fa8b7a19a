"""`mlplat models monitor`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri


class FailOn(Enum):
    """What of drift is a failure."""

    DATASET = "dataset"
    COLUMN = "column"
    NEVER = "never"


class Language(Enum):
    """Of the HTML page."""

    EN = "en"
    PT = "pt"


Model = Annotated[str, typer.Argument(metavar="MODEL", help="NAME, NAME/VERSION or NAME@ALIAS, as it was served.")]
LogFolder = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where predictions were logged; the store's own folder.")
]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page that needs nothing else.")]


def monitor(
    model: Model,
    since: Annotated[str | None, typer.Option(metavar="WHEN", help="From then: 2026-11-01, or 7d (ago).")] = None,
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="Until then, not included.")] = None,
    last: Annotated[str | None, typer.Option(metavar="AGE", help="Only the last 24h, 7d, ….")] = None,
    reference: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Compare with this data (CSV, JSON, Parquet, data_summary.json)."),
    ] = None,
    reference_prediction: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="A column of FILE that is a prediction; repeatable.")
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[COLUMN=]METHOD", help="ks, wasserstein, chisquare, z, jensenshannon or psi; repeatable."
        ),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(metavar="[COLUMN=]NUMBER", help="Drift is a p-value below or a distance from it on; repeatable."),
    ] = None,
    drift_share: Annotated[float, typer.Option(help="The data drifted if this share of its features did.")] = 0.5,
    min_rows: Annotated[int, typer.Option(min=1, help="With fewer rows served nothing is compared.")] = 30,
    prediction_column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The output that labels are about; the first one.")
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help="Which drift ends with exit code 9.")] = FailOn.DATASET,
    fail_under: Annotated[
        list[str] | None, typer.Option(metavar="METRIC=NUMBER", help="Exit code 9 under it; repeatable.")
    ] = None,
    fail_over: Annotated[
        list[str] | None, typer.Option(metavar="METRIC=NUMBER", help="Exit code 9 over it; repeatable.")
    ] = None,
    html: Html = None,
    lang: Annotated[Language, typer.Option(help="Language of the page.")] = Language.EN,
    prometheus: Annotated[
        Path | None, typer.Option("--prometheus", metavar="FILE", help="Write metrics for Prometheus.")
    ] = None,
    evidently: Annotated[
        Path | None, typer.Option("--evidently", metavar="FILE", help="Write Evidently's own page (mlplat[evidently]).")
    ] = None,
    log_folder: LogFolder = None,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Compare what was served with the training data.

    Reads the log that `mlplat models serve --log-predictions` writes, and the summary of the training data that is
    kept with the version. Shows drift by column, missing values, ranges, new categories, volume, latency, and, once
    there are labels, quality.
    """
    from mlplat_cli.cli.age import age_seconds
    from mlplat_cli.cli.models import monitor_answer, monitor_options
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.serving.monitoring.monitor import Asked, observe, observe_log
    from mlplat_cli.settings.address import find_store

    asked = Asked(
        model,
        log_folder,
        *monitor_options.window(since, until, None if last is None else age_seconds("--last", last)),
        reference=reference,
        reference_outputs=reference_prediction or (),
        output=prediction_column,
    )
    choice = monitor_options.choice(method, threshold, min_rows)
    limits = monitor_options.limits(fail_on.value, drift_share, fail_under, fail_over)
    if asked.needs_no_store:
        seen = observe_log(asked, find_store(tracking_uri), choice, limits)
    else:
        with tracking(tracking_uri) as session:
            seen = observe(session, asked, choice, limits)
    files = monitor_answer.Files(html, lang.value, prometheus, evidently)
    monitor_answer.give(seen, files, as_json=as_json)


command = leaf(monitor, "monitor")
