"""`mlplat runs show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, NewestRun, TrackingUri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlplat_cli.entities import FileInfo, LoggedModel, MetricSummary, Run
    from mlplat_cli.tracking.session import TrackingSession


def show(run: NewestRun = None, tracking_uri: TrackingUri = None, as_json: Json = False) -> None:
    """Show everything about one run.

    Parameters, metrics, tags, datasets, models and artifacts.
    """
    from mlplat_cli.cli.console import print_json
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.tracking.finding import named_or_newest_run
    from mlplat_cli.tracking.run_artifacts import RunArtifacts

    with tracking(tracking_uri) as session:
        found = named_or_newest_run(session.store, run)
        summaries = session.store.metric_summaries(found.info.run_id)
        stored = RunArtifacts(session, found)
        files = list(stored.walk())
        if as_json:
            print_json(_json(session, found, summaries, files, stored.logged))
        else:
            _print(session, found, summaries, files, stored.logged)


def _json(
    session: TrackingSession,
    run: Run,
    summaries: Sequence[tuple[str, MetricSummary]],
    files: list[FileInfo],
    models: list[LoggedModel],
) -> dict[str, Any]:
    import msgspec

    from mlplat_cli.cli.runs.shape import SCHEMA_VERSION, run_json

    shown = {"version": SCHEMA_VERSION} | run_json(run)
    for key, summary in summaries:
        shown["metrics"][key] |= {"min": summary.minimum, "max": summary.maximum, "count": summary.count}
    return shown | {
        "artifacts": [{"path": info.path, "file_size": info.file_size, "sha256": info.sha256} for info in files],
        "models": msgspec.to_builtins(models),
        "param_conflicts": msgspec.to_builtins(session.store.param_conflicts(run.info.run_id)),
    }


def _print(
    session: TrackingSession,
    run: Run,
    summaries: Sequence[tuple[str, MetricSummary]],
    files: list[FileInfo],
    models: list[LoggedModel],
) -> None:
    from mlplat_cli.cli.console import duration, moment, number, print_record, print_table, say, shortened

    info = run.info
    experiment = session.store.get_experiment(info.experiment_id)
    print_record(
        {
            "run": info.run_id,
            "name": info.run_name,
            "status": f"{info.status}" + (" (deleted)" if info.lifecycle_stage == "deleted" else ""),
            "experiment": f"{experiment.name} ({experiment.experiment_id})",
            "started": moment(info.start_time),
            "took": duration(info.start_time, info.end_time),
            "user": info.user_id,
        }
    )
    if run.data.params:
        say()
        print_table(["PARAMETER", "VALUE"], [[each.key, shortened(each.value)] for each in run.data.params])
    for conflict in session.store.param_conflicts(info.run_id):
        say(f"conflict: parameter {conflict.key} was also logged as {conflict.value!r}, which was not applied")
    if summaries:
        say()
        print_table(
            ["METRIC", "LAST", "STEP", "MIN", "MAX", "POINTS"],
            [
                [
                    key,
                    number(each.last.value),
                    str(each.last.step),
                    number(each.minimum),
                    number(each.maximum),
                    str(each.count),
                ]
                for key, each in summaries
            ],
        )
    if run.data.tags:
        say()
        print_table(["TAG", "VALUE"], [[each.key, shortened(each.value)] for each in run.data.tags])
    if run.inputs.dataset_inputs:
        say()
        print_table(
            ["DATASET", "DIGEST", "SOURCE"],
            [[each.dataset.name, each.dataset.digest, each.dataset.source_type] for each in run.inputs.dataset_inputs],
        )
    if models:
        say()
        print_table(
            ["MODEL", "NAME", "STATUS"],
            [[each.model_id, each.name, each.status.removeprefix("LOGGED_MODEL_")] for each in models],
        )
    if files:
        say()
        print_table(["ARTIFACT", "BYTES"], [[each.path, str(each.file_size)] for each in files])


command = leaf(show, "show")
