"""One run of an `mlruns/` folder. In: its folder. Out: a `Run` without its metrics.

meta.yaml                 id, name, user, status, times, artifact address, lifecycle
params/… tags/…           a file for each
inputs/ID/meta.yaml       a dataset (described in `../datasets/ID/meta.yaml`) or a logged model that was read
outputs/ID/meta.yaml      a logged model that was written
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlplat_cli.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    ModelInput,
    ModelOutput,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
)
from mlplat_cli.importing import values
from mlplat_cli.importing.meta_file import UnreadableError, folders_in, read_meta, read_values
from mlplat_cli.importing.source import Complaints
from mlplat_cli.store.run_values import RUN_NAME


def read_run(folder: Path, experiment: Experiment, complain: Complaints) -> Run:
    """Read a run; what of its parameters, tags or inputs cannot be read is left out.

    Raises:
        UnreadableError: its meta.yaml is torn. KeyError, ValueError: it says too little, or what cannot be.
    """
    meta = read_meta(folder)
    tags = _values(folder / "tags", complain)
    inputs, outputs = list(_entries(folder / "inputs", complain)), list(_entries(folder / "outputs", complain))
    return Run(
        info=_info(meta, folder, experiment, tags.get(RUN_NAME, "")),
        data=RunData(
            params=tuple(Param(key, value) for key, value in _values(folder / "params", complain).items()),
            tags=values.tags(tags),
        ),
        inputs=RunInputs(
            dataset_inputs=tuple(_dataset_inputs(folder.parent / "datasets", inputs, complain)),
            model_inputs=tuple(
                ModelInput(model_id=str(each["source_id"])) for each in inputs if "MODEL" in str(each["source_type"])
            ),
        ),
        outputs=RunOutputs(
            model_outputs=tuple(
                ModelOutput(model_id=str(each["destination_id"]), step=values.whole(each.get("step")))
                for each in outputs
            )
        ),
    )


def _info(meta: dict[str, Any], folder: Path, experiment: Experiment, name: str) -> RunInfo:
    run_id = str(meta.get("run_id") or meta.get("run_uuid") or folder.name)
    if run_id != folder.name:
        raise ValueError(f"it says that it is run {run_id}")
    return RunInfo(
        run_id=run_id,
        experiment_id=experiment.experiment_id,
        run_name=values.text(meta.get("run_name") or meta.get("name")) or name,
        user_id=values.text(meta.get("user_id")),
        status=values.run_status(meta["status"]),
        start_time=values.whole(meta.get("start_time")),
        end_time=values.moment(meta.get("end_time")),
        artifact_uri=values.text(meta.get("artifact_uri")),
        lifecycle_stage=values.stage(meta.get("lifecycle_stage")),
    )


def _values(folder: Path, complain: Complaints) -> dict[str, str]:
    try:
        return read_values(folder)
    except UnreadableError as error:
        complain(str(error))
        return {}


def _entries(folder: Path, complain: Complaints) -> Iterator[dict[str, Any]]:
    for each in folders_in(folder):
        try:
            meta = read_meta(each)
        except UnreadableError as error:
            complain(str(error))
            continue
        if {"source_id", "source_type", "destination_id"} <= meta.keys():
            yield meta
        else:
            complain(f"{each / 'meta.yaml'}: it is torn")


def _dataset_inputs(folder: Path, inputs: list[dict[str, Any]], complain: Complaints) -> Iterator[DatasetInput]:
    for each in inputs:
        if each["source_type"] != "DATASET":
            continue
        try:
            meta = read_meta(folder / str(each["source_id"]))
            dataset = Dataset(
                name=str(meta["name"]),
                digest=str(meta["digest"]),
                source_type=values.text(meta.get("source_type")),
                source=values.text(meta.get("source")),
                schema=values.optional_text(meta.get("schema")),
                profile=values.optional_text(meta.get("profile")),
            )
        except UnreadableError as error:
            complain(str(error))
        except KeyError as error:
            complain(f"{folder / str(each['source_id']) / 'meta.yaml'}: {error} is missing")
        else:
            yield DatasetInput(dataset=dataset, tags=values.tags(each.get("tags") or {}))
