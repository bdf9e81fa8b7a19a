"""The JSON Schema of mlplat.toml, and the tool itself, take and refuse the same files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.settings.option import Option, resolve
from mlplat_cli.settings.schema import settings_schema


def accepts(text: str) -> bool:
    Draft202012Validator.check_schema(settings_schema())
    return Draft202012Validator(settings_schema()).is_valid(tomllib.loads(text))


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'tracking_uri = "sqlite:///runs.db"\nexperiment_name = "wines"\nstorage_dir = "/data"',
        "experiment_id = 3",
        'env_manager = "uv"',
        "system_metrics = false\nsystem_metrics_interval = 0.5",
    ],
)
def test_good_settings(text: str) -> None:
    Path("mlplat.toml").write_text(text)
    resolve(Option.STORAGE_DIR)
    assert accepts(text)


def test_a_misspelt_key() -> None:
    text = 'experimnt_name = "wines"'
    Path("mlplat.toml").write_text(text)
    with pytest.raises(InvalidInputError, match="experimnt_name"):
        resolve(Option.EXPERIMENT_NAME)
    assert not accepts(text)


@pytest.mark.parametrize(
    "text", ['env_manager = "docker"', "system_metrics_interval = 0", 'system_metrics = "maybe"', "tracking_uri = 1"]
)
def test_bad_values(text: str) -> None:
    assert not accepts(text)
