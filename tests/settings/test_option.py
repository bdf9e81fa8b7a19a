from __future__ import annotations

from pathlib import Path

import pytest

from mlplat_cli.errors import InvalidInputError
from mlplat_cli.settings.option import Option, resolve, resolve_switch


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for option in Option:
        for variable in option.variables:
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "project").mkdir()
    (tmp_path / "config" / "mlplat").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")


def test_flag_then_variable_then_project_then_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve(Option.ENV_MANAGER) is None
    (tmp_path / "config" / "mlplat" / "mlplat.toml").write_text('env_manager = "user"\n')
    assert resolve(Option.ENV_MANAGER) == "user"
    Path("mlplat.toml").write_text('env_manager = "project"\n')
    assert resolve(Option.ENV_MANAGER) == "project"
    monkeypatch.setenv("MLPLAT_ENV_MANAGER", "variable")
    assert resolve(Option.ENV_MANAGER) == "variable"
    assert resolve(Option.ENV_MANAGER, "flag") == "flag"


def test_our_variable_wins_over_mlflows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "theirs")
    assert resolve(Option.EXPERIMENT_NAME) == "theirs"
    monkeypatch.setenv("MLPLAT_EXPERIMENT_NAME", "ours")
    assert resolve(Option.EXPERIMENT_NAME) == "ours"


def test_an_unknown_key_is_named_with_its_file() -> None:
    Path("mlplat.toml").write_text("env_manger = 1\n")
    with pytest.raises(InvalidInputError, match=r"mlplat\.toml: unknown key 'env_manger'"):
        resolve(Option.ENV_MANAGER)


def test_broken_toml_is_named_with_its_file() -> None:
    Path("mlplat.toml").write_text("a = = 1\n")
    with pytest.raises(InvalidInputError, match=r"mlplat\.toml: not valid TOML"):
        resolve(Option.ENV_MANAGER)


@pytest.mark.parametrize(("word", "meaning"), [("true", True), ("0", False), ("ON", True), ("no", False)])
def test_switches(word: str, meaning: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_SYSTEM_METRICS", word)
    assert resolve_switch(Option.SYSTEM_METRICS, flag=None, default=not meaning) is meaning


def test_a_switch_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_SYSTEM_METRICS", "maybe")
    with pytest.raises(InvalidInputError, match="maybe"):
        resolve_switch(Option.SYSTEM_METRICS, flag=None, default=True)
