"""A model, measured in its own environment. In: a JSON file that says which. Out: a folder with what was found.

The first argument names the file: `model` (its folder), `data` (a file), `targets` (a column), `model_type`, `config`
(see `mlplat.evaluation.settings`), `trust`, `ledger` (see `mlplat.models.trust`) and `output`, a folder that is there.
It gets `found.json` with `metrics`, or with the `error`, and the charts and tables in `files/`. Nothing is logged here.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Dict

from mlplat.evaluation.asking import loaded
from mlplat.evaluation.evaluation import write_files
from mlplat.evaluation.findings import TABLE
from mlplat.evaluation.measuring import measure
from mlplat.evaluation.reading import read_table
from mlplat.evaluation.settings import settings_of
from mlplat.evaluation.table import table_of
from mlplat.exceptions import MlplatException
from mlplat.models.trust import Trust

FOUND, FILES = "found.json", "files"


def main() -> None:
    """Do what the file says."""
    with open(sys.argv[1], encoding="utf-8") as file:
        asked: Dict[str, Any] = json.load(file)
    try:
        found: Dict[str, Any] = {"metrics": _measured(asked)}
    except MlplatException as error:
        found = {"error": error.message}
    except ImportError as error:
        found = {"error": f"the model's environment lacks what it needs: {error}"}
    with open(os.path.join(asked["output"], FOUND), "w", encoding="utf-8") as file:
        json.dump(found, file)


def _measured(asked: Dict[str, Any]) -> Dict[str, float]:
    settings = settings_of(asked["config"])
    table = table_of(read_table(asked["data"]), asked["targets"], weights=settings.sample_weights)
    model = loaded(asked["model"], Trust(asked["trust"], asked["ledger"]))
    findings = measure(model, table, asked["model_type"], settings, [])
    folder = os.path.join(asked["output"], FILES)
    os.makedirs(folder)
    write_files(findings, [], folder)
    with open(os.path.join(folder, f"{settings.metric_prefix}{TABLE}.json"), "w", encoding="utf-8") as file:
        rows = findings.table()
        json.dump({"columns": list(rows), "data": list(zip(*rows.values()))}, file)
    return findings.metrics


if __name__ == "__main__":
    main()
