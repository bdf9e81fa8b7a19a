"""`mlplat models` on a registry."""

import getpass
from datetime import datetime
from pathlib import Path

import pytest

from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession
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


@pytest.fixture
def wine(mlplat: Typed) -> Typed:
    """Two versions of wine, from a folder of this machine."""
    folder = Path.cwd() / "a model"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text(MODEL)
    (folder / "data" / "weights").write_bytes(b"\0\1\2")
    done = mlplat("models", "register", "./a model", "wine", "--description", "the first", "--tag", "by=ada")
    assert done.out == "registered wine as version 1\n"
    (folder / "data" / "weights").write_bytes(b"\0\1\3")
    assert mlplat("models", "register", folder, "wine", "--json").json()["model_version"]["version"] == "2"
    return mlplat


def test_a_registry_from_the_command_line(wine: Typed):
    wine("models", "alias", "wine@champion", "latest")
    wine("models", "alias", "wine@challenger", "1")
    assert wine("models", "alias", "wine@champion", "@challenger").out == "wine@champion is version 1\n"
    wine("models", "tag", "wine", "team", "cellar")
    wine("models", "tag", "wine@champion", "checked", "yes")
    wine("models", "tag", "wine/1", "by", "--delete")
    wine("models", "describe", "wine", "Predicts quality")
    wine("models", "transition", "wine/1", "production")
    wine("models", "transition", "wine/2", "Production", "--archive-existing-versions")

    shown = wine("models", "show", "wine", "--json").json()
    assert shown["description"] == "Predicts quality"
    assert shown["aliases"] == {"champion": "1", "challenger": "1"}
    assert shown["tags"] == {"team": "cellar"}
    newest, first = shown["versions"]
    assert (newest["version"], newest["current_stage"]) == ("2", "Production")
    assert (first["version"], first["current_stage"]) == ("1", "Archived")
    assert first["tags"] == {"checked": "yes"}
    assert first["description"] == "the first"

    [listed] = wine("models", "list", "--filter", "tags.team = 'cellar'", "--json").json()["models"]
    assert listed["name"] == "wine"
    one = wine("models", "show", "wine@champion", "--json").json()
    assert one["registered"]["version"] == "1"
    assert one["model_id"] == first["model_id"]

    assert wine("models", "copy", "wine@champion", "claret").out == "copied version 1 of wine to claret as version 1\n"
    copied = wine("models", "show", "claret/1", "--json").json()
    assert copied["registered"]["source"] == "models:/wine/1"
    assert copied["address"] == one["address"]
    wine("models", "rename", "claret", "bordeaux")
    wine("models", "alias", "wine@challenger", "--delete")
    assert "pass" not in wine("models", "delete", "wine/2", code=2).out
    wine("models", "delete", "wine/2", "--yes")
    wine("models", "delete", "bordeaux", "-y")
    assert [each["name"] for each in wine("models", "list", "--json").json()["models"]] == ["wine"]


def test_the_files_were_copied_once_each(wine: Typed):
    first, second = (wine("models", "show", f"wine/{number}", "--json").json() for number in (1, 2))
    home = Path.cwd() / ".mlplat"
    weights = [home / "models" / each["model_id"] / "data" / "weights" for each in (first, second)]
    assert [path.read_bytes() for path in weights] == [b"\0\1\2", b"\0\1\3"]


def test_the_past_of_an_alias(wine: Typed):
    wine("models", "alias", "wine@champion", "1")
    between = datetime.now().astimezone().isoformat()
    wine("models", "alias", "wine@champion", "2", "--reason", "more accurate")
    shown = wine("models", "history", "wine@champion", "--json").json()
    assert [(each["old"], each["new"], each["reason"]) for each in shown["changes"][:2]] == [
        ("1", "2", "more accurate"),
        (None, "1", None),
    ]
    assert shown["changes"][0]["user"] == getpass.getuser()
    table = wine("models", "history", "wine", "-n", "1").out.splitlines()
    assert table[0].split("\t") == ["WHEN", "WHO", "WHAT", "FROM", "TO", "WHY"]
    assert table[1].split("\t")[2:] == ["alias champion set", "1", "2", "more accurate"]
    assert len(table) == 2

    assert wine("models", "history", "wine@champion", "--at", between).out == "wine@champion was version 1\n"
    stood = wine("models", "history", "wine", "--at", between, "--json").json()
    assert (stood["aliases"], stood["stages"]) == ({"champion": "1"}, {})
    today = datetime.now().astimezone().date().isoformat()
    assert wine("models", "history", "wine", "--alias", "champion", "--at", today).out.endswith("version 2\n")
    assert wine("models", "rollback", "wine@champion").out == "wine@champion is version 1 again\n"
    assert wine("models", "rollback", "wine@champion", "--to", "2").out == "wine@champion is version 2 again\n"
    assert wine("models", "show", "wine", "--json").json()["aliases"] == {"champion": "2"}
    assert "rolled back" in wine("models", "history", "wine", "-n", "1").out


MISTAKES: list[tuple[list[str], int, str]] = [
    (["show", "beer"], 6, "beer"),
    (["show", "wine@loser"], 6, "no alias 'loser'"),
    (["show", "s3://bucket/m"], 2, "s3: addresses are not read"),
    (["register", "runs:/nobody/model", "wine"], 6, "nobody"),
    (["register", "./nowhere", "wine"], 6, "there is no folder"),
    (["register", "a model", "wi:ne"], 2, "Names cannot contain"),
    (["register", "a model", "wine", "--tag", "by"], 2, "KEY=VALUE"),
    (["alias", "wine", "1"], 2, "NAME@ALIAS"),
    (["alias", "wine@champion"], 2, "--delete"),
    (["alias", "wine@latest", "1"], 2, "reserved"),
    (["alias", "wine@champion", "9"], 6, "9"),
    (["tag", "wine", "team", "--delete"], 6, "no tag 'team'"),
    (["transition", "wine/1", "Gold"], 2, "Gold"),
    (["transition", "wine", "Staging"], 2, "which version"),
    (["delete", "wine"], 2, "--yes"),
    (["history", "beer"], 6, "beer"),
    (["history", "wine", "--at", "noon"], 2, "no time"),
    (["history", "wine", "--at", "2001-01-01"], 6, "at that time"),
    (["history", "wine@a", "--alias", "b"], 2, "two aliases"),
    (["rollback", "wine@champion"], 2, "nothing is recorded"),
    (["rollback", "wine"], 2, "NAME@ALIAS"),
    (["rollback", "wine@champion", "--to", "1", "--steps", "1"], 2, "one of them"),
]


def test_mistakes_are_named(wine: Typed):
    for words, code, said in MISTAKES:
        assert said in wine("models", *words, code=code).err


def test_what_a_run_stored_is_registered(mlplat: Typed):
    mlplat("experiments", "create", "wines")
    with TrackingSession(find_store()) as session:
        info = session.store.create_run("1", run_name="train").info
        session.artifacts(info.artifact_uri).write("model/MLmodel", [MODEL.encode()])
    mlplat("models", "register", "runs:/train/model", "wine")
    found = mlplat("models", "show", "wine/latest", "--json").json()["registered"]
    assert (found["source"], found["run_id"]) == (f"runs:/{info.run_id}/model", info.run_id)
    assert "no files" in mlplat("models", "register", "runs:/train/modle", "wine", code=6).err


def test_a_registry_behind_a_server_takes_a_folder(mlplat: Typed, rest_server: RestServer, tmp_path: Path):
    with rest_server.serving(tmp_path / "served") as url:
        folder = tmp_path / "m"
        folder.mkdir()
        (folder / "MLmodel").write_text(MODEL)
        mlplat("models", "register", "./m", "wine", "--tracking-uri", url)
        shown = mlplat("models", "show", "wine/1", "--json", "--tracking-uri", url).json()
        assert shown["address"].startswith("mlflow-artifacts:/models/")
