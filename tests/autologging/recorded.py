"""What the script recorded with mlflow and with mlplat, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlplat import MlplatClient
from tests.frameworks import run_script

SCRIPT = Path(__file__).parent / "scripts" / "record.py"
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


def by_mlflow(python: Path, folder: Path) -> dict[str, Recorded]:
    """Run the script with mlflow, and return the runs by name."""
    folder.mkdir()
    return _by_name(json.loads(run_script(python, SCRIPT, folder, "mlflow", f"sqlite:///{folder}/mlflow.db")))


def by_mlplat(python: Path, folder: Path) -> dict[str, Recorded]:
    """Run the script with mlplat, and return the runs by name."""
    folder.mkdir()
    run_script(python, SCRIPT, folder, "mlplat", folder / ".mlplat")
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
            alone = f"{tags['mlflow.autologging']}, alone"
            found[FAILED if run["status"] == "FAILED" else alone] = recorded
        else:
            found[name] = recorded
    if children:
        found["search"].children = sorted(children, key=lambda each: each.params["C"])
    return found
