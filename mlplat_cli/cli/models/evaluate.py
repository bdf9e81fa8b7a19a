"""`mlplat models evaluate`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json, TrackingUri
from mlplat_cli.settings.option import EnvManager, Option, resolve

if TYPE_CHECKING:
    from mlplat_cli.registry.evaluation import Measured

SCHEMA_VERSION = 1


class ModelType(StrEnum):
    """What a model predicts."""

    CLASSIFIER = "classifier"
    REGRESSOR = "regressor"


class Average(StrEnum):
    """How the rates of several classes become one."""

    WEIGHTED = "weighted"
    MACRO = "macro"
    MICRO = "micro"


def evaluate(
    model_uri: Annotated[str, typer.Option("--model-uri", "-m", metavar="URI", help="A model's URI, or folder.")],
    data: Annotated[Path, typer.Option(help="File of data: .csv, .json, .jsonl or .parquet.")],
    targets: Annotated[str, typer.Option(metavar="COLUMN", help="Column that says what is true.")],
    model_type: Annotated[ModelType, typer.Option(help="What the model predicts.")],
    baseline: Annotated[str | None, typer.Option(metavar="URI", help="A model to compare with.")] = None,
    fail_under: Annotated[
        list[str] | None, typer.Option(metavar="METRIC=VALUE", help="Fail where a metric is less; repeatable.")
    ] = None,
    fail_over: Annotated[
        list[str] | None, typer.Option(metavar="METRIC=VALUE", help="Fail where a metric is more; repeatable.")
    ] = None,
    beat_baseline: Annotated[
        list[str] | None,
        typer.Option(metavar="METRIC=BY", help="Fail where the baseline is not beaten by so much; repeatable."),
    ] = None,
    pos_label: Annotated[str | None, typer.Option(help="Class that is looked for, where there are two.")] = None,
    average: Annotated[Average, typer.Option(help="How several classes make one number.")] = Average.WEIGHTED,
    weights: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the rows' weights.")] = None,
    experiment_name: Annotated[str | None, typer.Option(help="Experiment of the run that takes the results.")] = None,
    run_name: Annotated[str | None, typer.Option(help="Name of that run.")] = None,
    log: Annotated[bool, typer.Option("--log/--no-log", help="Whether a run takes the results.")] = True,
    env_manager: Annotated[
        EnvManager | None, typer.Option(help="What makes the model's environment; local uses the current one.")
    ] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Run whatever code the model holds, as a pickle may.")] = False,
    tracking_uri: TrackingUri = None,
    as_json: Json = False,
) -> None:
    """Measure a model on a file of data, in the model's own environment.

    Metrics, charts and tables go to a run. With a metric beyond a bound the exit code is 9.
    """
    from contextlib import ExitStack
    from tempfile import TemporaryDirectory

    from mlplat_cli.cli.progress import ConsoleProgress
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.process.termination import terminable
    from mlplat_cli.registry.bounds import at_least, at_most, better_than_baseline
    from mlplat_cli.registry.evaluation import Evaluation
    from mlplat_cli.registry.measuring import Question
    from mlplat_cli.settings.address import find_store

    bounds = [
        *at_least(fail_under or (), "--fail-under"),
        *at_most(fail_over or (), "--fail-over"),
        *better_than_baseline(beat_baseline or (), "--beat-baseline"),
    ]
    config = {"pos_label": _label(pos_label), "average": average.value, "sample_weights": weights}
    _require_baseline(baseline, beat_baseline)
    address = find_store(tracking_uri)
    with ExitStack() as held, terminable():
        progress = ConsoleProgress()
        evaluation = Evaluation(
            address,
            lambda: held.enter_context(tracking(tracking_uri)),
            question=Question(_file(data), targets, model_type.value, config, trust),
            manager=resolve(Option.ENV_MANAGER, env_manager),
            progress=progress,
            folder=Path(held.enter_context(TemporaryDirectory(prefix="mlplat-evaluation-"))),
        )
        found = evaluation.measure(model_uri)
        before = None if baseline is None else evaluation.measure(baseline)
        progress.close()
        run_id = evaluation.log(found, experiment_name, run_name) if log else None
    failures = _failures(bounds, found.metrics, None if before is None else before.metrics)
    (_print_json if as_json else _print)(found, before, run_id, failures)
    _fail(failures)


def _file(data: Path) -> Path:
    from mlplat_cli.errors import NotFoundError

    if not data.is_file():
        raise NotFoundError(f"--data: there is no file {data}")
    return data


def _label(text: str | None) -> Any:
    """Return a class as the file has it: a number where it is one."""
    for kind in (int, float):
        try:
            return None if text is None else kind(text)
        except ValueError:
            continue
    return text


def _require_baseline(baseline: str | None, beaten: list[str] | None) -> None:
    from mlplat_cli.errors import InvalidInputError

    if beaten and baseline is None:
        raise InvalidInputError("--beat-baseline needs --baseline URI")


def _failures(bounds: list[Any], metrics: dict[str, float], baseline: dict[str, float] | None) -> list[str]:
    from mlplat.evaluation.thresholds import failures_of

    return [failure for name, bound in bounds for failure in failures_of({name: bound}, metrics, baseline)]


def _print(found: Measured, before: Measured | None, run_id: str | None, failures: list[str]) -> None:
    from mlplat_cli.cli.console import note, number, print_table

    baseline = {} if before is None else before.metrics
    rows = [
        [name, number(value), *([number(baseline[name]) if name in baseline else ""] if before is not None else [])]
        for name, value in found.metrics.items()
    ]
    print_table(["METRIC", "VALUE", *(["BASELINE"] if before is not None else [])], rows)
    if run_id is not None:
        note(f"mlplat: recorded as run {run_id}")


def _print_json(found: Measured, before: Measured | None, run_id: str | None, failures: list[str]) -> None:
    from mlplat_cli.cli.console import print_json

    print_json(
        {
            "version": SCHEMA_VERSION,
            "model_uri": found.resolved.uri,
            "model_id": found.resolved.model_id,
            "metrics": found.metrics,
            "baseline": None if before is None else {"model_uri": before.resolved.uri, "metrics": before.metrics},
            "run_id": run_id,
            "failures": failures,
        }
    )


def _fail(failures: list[str]) -> None:
    from mlplat_cli.errors import LimitError

    if failures:
        raise LimitError("; ".join(failures))


command = leaf(evaluate, "evaluate")
