"""Models that mean harm where the real frameworks are, which could load them."""

import json
from pathlib import Path

import pytest

from tests.frameworks import framework_python, run_script
from tests.security.corpus import ATTACKS, FLAVORS

SCRIPT = Path(__file__).parent / "scripts" / "load_attacks.py"


@pytest.mark.parametrize("environment", ["boosters", "torch", "tensorflow"])
def test_no_framework_loads_them(environment, request, tmp_path):
    top, canary = tmp_path / "attacks", tmp_path / "canary"
    for name, attack in ATTACKS.items():
        folder = top / name / "model"
        folder.mkdir(parents=True)
        attack(folder, canary)
    python = framework_python(request.config, environment)
    before = {path for path in top.rglob("*") if path.is_file()}

    assert json.loads(run_script(python, SCRIPT, tmp_path, top, canary, ",".join(FLAVORS))) == []
    made = {path for path in top.rglob("*") if path.is_file()} - before
    assert {path.relative_to(top).parts[0].partition("_")[0] for path in made} <= {"skops", "joblib", "torch", "keras"}
