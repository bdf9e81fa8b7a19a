"""A model, measured in its own environment. In: its folder, a file of data. Out: metrics, charts, tables."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlplat.models.trust import Trust
from mlplat_cli.environments.build import environment_variables, in_use
from mlplat_cli.environments.library import library_folder, with_library
from mlplat_cli.errors import InvalidInputError, LaunchError
from mlplat_cli.process.progress import Progress
from mlplat_cli.process.tool import run_tool
from mlplat_cli.registry.model_environment import environment_of
from mlplat_cli.settings.address import StoreAddress

LAST_LINES = 3
"""Of what a process said that failed."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is measured.

    Args:
        data: a CSV, JSON or Parquet file. targets: the column that says what is true.
        model_type: classifier or regressor. config: MLflow's `evaluator_config`.
        trust: whether whatever code the model holds may run.
    """

    data: Path
    targets: str
    model_type: str
    config: dict[str, Any]
    trust: bool


def measured(
    folder: Path, question: Question, output: Path, *, address: StoreAddress, manager: str | None, progress: Progress
) -> dict[str, float]:
    """Return a model's metrics; charts and tables are in `output/files` then.

    Args:
        folder: the model's. output: a folder that is there and empty.
        address: of the store, which knows what this user wrote. manager: of environments; None chooses.

    Raises:
        InvalidInputError: model and data do not go together, or the model is not trusted.
        EnvironmentBuildError: its environment cannot be built. LaunchError: its process died.
    """
    ledger = str(address.ledger)
    environment = environment_of(folder, manager, progress, trust=Trust(question.trust, ledger))
    request = output / "asked.json"
    asked = {
        "model": str(folder),
        "data": str(question.data.absolute()),
        "targets": question.targets,
        "model_type": question.model_type,
        "config": question.config,
        "trust": question.trust,
        "ledger": ledger,
        "output": str(output),
    }
    request.write_text(json.dumps(asked), encoding="utf-8")
    library = library_folder()
    variables = with_library(library, os.environ | environment_variables(environment))
    with in_use(environment):
        # The current folder is on the path of `-m`: the model's own there would run what it holds.
        done = run_tool([str(environment.python), "-m", "mlplat.evaluation", str(request)], cwd=library, env=variables)
    found = output / "found.json"
    if done.returncode or not found.is_file():
        said = " / ".join(done.stderr.strip().splitlines()[-LAST_LINES:])
        raise LaunchError(f"the model's process ended with {done.returncode}: {said}")
    answer = json.loads(found.read_text(encoding="utf-8"))
    if "error" in answer:
        raise InvalidInputError(str(answer["error"]))
    return {str(name): float(value) for name, value in answer["metrics"].items()}
