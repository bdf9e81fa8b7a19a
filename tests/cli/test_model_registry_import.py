"""`mlplat import` brings a registry's past along: from a folder, from a server, and twice."""

from pathlib import Path

import pytest

from tests.cli.typed import Typed
from tests.servers.rest import RestServer

MODEL = "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n"


@pytest.fixture
def mlplat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    for name in ("MLPLAT_TRACKING_URI", "MLPLAT_LOCAL_STORE", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLPLAT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Typed(capsys)


def fill(mlplat: Typed, *store: object) -> None:
    """Register two versions of wine, hold its champion with a command, and make the first the champion."""
    Path("m").mkdir()
    Path("m/MLmodel").write_text(MODEL)
    mlplat("models", "register", "./m", "wine", *store)
    mlplat("models", "register", "./m", "wine", *store)
    mlplat("models", "gate", "add", "wine@champion", "--command", "touch ran", *store)
    mlplat("models", "alias", "wine@champion", "1", "--run-gates", "--reason", "the first", *store)
    Path("ran").unlink()


def imported(mlplat: Typed, source: object) -> dict[str, int]:
    counts = mlplat("import", source, "--json").json()["counts"]
    return {kind: counts[kind]["added"] for kind in ("model_versions", "registry_changes", "registry_gates")}


def history(mlplat: Typed, *store: object) -> list[dict[str, object]]:
    changes = mlplat("models", "history", "wine", "--json", *store).json()["changes"]
    return [{key: value for key, value in each.items() if key != "change_id"} for each in changes]


def check(mlplat: Typed, source: object, *store: object) -> None:
    assert imported(mlplat, source) == {"model_versions": 2, "registry_changes": 6, "registry_gates": 1}
    assert imported(mlplat, source) == {"model_versions": 0, "registry_changes": 0, "registry_gates": 0}
    assert history(mlplat) == history(mlplat, *store)
    shown = mlplat("models", "gate", "list", "wine").out
    assert "`touch ran`\t1\t" in shown
    assert shown.endswith("(imported)\n")
    mlplat("models", "alias", "wine@champion", "1")
    refused = mlplat("models", "alias", "wine@champion", "2", code=2).err
    assert "asks to run `touch ran` on this machine (imported from another store)" in refused
    assert not Path("ran").exists()
    mlplat("models", "alias", "wine@champion", "2", "--run-gates")
    assert Path("ran").exists()
    assert "version 1 again" in mlplat("models", "rollback", "wine@champion").out


def test_from_a_folder(mlplat: Typed) -> None:
    fill(mlplat, "--tracking-uri", "there/.mlplat")
    check(mlplat, "there", "--tracking-uri", "there/.mlplat")


def test_from_a_server(mlplat: Typed, rest_server: RestServer, tmp_path: Path) -> None:
    with rest_server.serving(tmp_path / "served") as url:
        fill(mlplat, "--tracking-uri", url)
        check(mlplat, url, "--tracking-uri", url)


def test_into_a_server_and_of_one_experiment(mlplat: Typed, rest_server: RestServer, tmp_path: Path) -> None:
    there = ("--tracking-uri", "there/.mlplat")
    fill(mlplat, *there)
    with rest_server.serving(tmp_path / "served") as url:
        mlplat("import", "there", "--tracking-uri", url)
        assert history(mlplat, "--tracking-uri", url) == history(mlplat, *there)
        counts = mlplat("import", "there", "--dry-run", "--json", "--tracking-uri", url).json()["counts"]
        assert counts["registry_changes"]["found"] == 6
    mlplat("import", "there", "--experiment", "Default")
    assert history(mlplat) == history(mlplat, *there)


def test_an_export_leaves_the_past_behind_and_says_so(mlplat: Typed) -> None:
    fill(mlplat)
    assert mlplat("export", "mlruns").err.count("an mlruns folder keeps neither") == 1
    mlplat("import", "mlruns", "--tracking-uri", "back")
    assert {each["reason"] for each in history(mlplat, "--tracking-uri", "back")} == {"imported"}


def test_no_is_an_answer(mlplat: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(mlplat)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("mlplat_cli.cli.question.typer.confirm", lambda *_, **__: False)
    assert mlplat("models", "delete", "wine", code=1).err == "mlplat: nothing was done, as you said no\n"
    assert mlplat("models", "show", "wine").out
