"""What a script recorded with mlflow and with mlplat, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlplat import MlplatClient
from tests.frameworks import run_script

SCRIPTS = Path(__file__).parent / "scripts"
CHILD = "child of a search"
FITTED_ALONE = "a run of its own"
FAILED = "failed"


@dataclass
class Recorded:
    """One run."""

    status: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    artifacts: list[str]
    inputs: list[str]
    children: list[Recorded] = field(default_factory=list)


def by_mlflow(python: Path, script: str, folder: Path) -> dict[str, Recorded]:
    """Run a script with mlflow, and return the runs by name."""
    folder.mkdir()
    address = f"sqlite:///{folder}/mlflow.db"
    run_script(python, SCRIPTS / script, folder, "mlflow", address)
    return _by_name(json.loads(run_script(python, SCRIPTS / "dump.py", folder, address)))


def by_mlplat(python: Path, script: str, folder: Path, *words: object) -> dict[str, Recorded]:
    """Run a script with mlplat, and return the runs by name."""
    folder.mkdir()
    run_script(python, SCRIPTS / script, folder, "mlplat", folder / ".mlplat", *words)
    client = MlplatClient(str(folder / ".mlplat"))
    experiment = client.get_experiment_by_name("fits")
    assert experiment is not None
    return _by_name(
        [
            {
                "name": run.info.run_name,
                "status": run.info.status,
                "params": run.data.params,
                "metrics": run.data.metrics,
                "tags": run.data.tags,
                "artifacts": [each.path for each in client.list_artifacts(run.info.run_id)],
                "inputs": [tag.value for each in run.inputs.dataset_inputs for tag in each.tags],
            }
            for run in client.search_runs([experiment.experiment_id])
        ]
    )


def _by_name(runs: list[dict[str, Any]]) -> dict[str, Recorded]:
    found: dict[str, Recorded] = {}
    children: list[Recorded] = []
    for run in runs:
        name = run.pop("name")
        tags = run["tags"]
        recorded = Recorded(**{**run, "inputs": sorted(run["inputs"]), "artifacts": sorted(run["artifacts"])})
        if "mlflow.parentRunId" in tags:
            children.append(recorded)
        elif "mlflow.autologging" in tags:
            found[FAILED if run["status"] == "FAILED" else FITTED_ALONE] = recorded
        else:
            found[name] = recorded
    if children:
        found["search"].children = sorted(children, key=lambda each: each.params["C"])
    return found
