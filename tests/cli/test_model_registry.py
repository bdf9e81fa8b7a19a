"""`mlplat models` on a registry."""

import getpass
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from mlplat_cli.entities import Metric
from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession
from tests.cli.typed import Typed
from tests.servers.rest import RestServer

SIGNED = """
flavors:
  python_function: {loader_module: mlflow.sklearn}
  sklearn: {pickled_model: model.pkl}
signature:
  inputs: '[{"type": "double", "name": "alcohol", "required": true},
    {"type": "long", "name": "year", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]'
  params: '[{"name": "shade", "type": "string", "default": "red", "shape": null}]'
"""
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


def test_a_backup_has_history_and_gates(wine: Typed):
    wine("models", "alias", "wine@champion", "1")
    wine("models", "gate", "add", "wine@champion", "--metric", "accuracy>=0.9")
    wine("models", "delete", "wine/2", "--yes")
    wine("db", "backup", "copy.db")
    wine("db", "restore", "copy.db", "--tracking-uri", "other")
    for words in (["history", "wine"], ["gate", "list", "wine"], ["show", "wine"]):
        ours, theirs = (wine("models", *words, "--json", *where).out for where in ((), ("--tracking-uri", "other")))
        assert ours == theirs
    wine("models", "alias", "wine@champion", "--delete", "--tracking-uri", "other")
    assert "gate accuracy>=0.9" in wine("models", "alias", "wine@champion", "1", "--tracking-uri", "other", code=9).err


def test_gates(wine: Typed, tmp_path: Path):
    store = "sqlite:///.mlplat/mlplat.db"
    with TrackingSession(find_store(store)) as session:
        run_id = session.store.create_run("0").info.run_id
        session.store.log_batch(run_id, metrics=[Metric("accuracy", 0.8, 1, 0)])
        for name in ("MLmodel", "model.bin"):
            uri = session.store.get_run(run_id).info.artifact_uri
            session.artifacts(uri).write(f"model/{name}", [b"{}"])
    wine("models", "register", f"runs:/{run_id}/model", "wine")
    added = wine("models", "gate", "add", "wine@champion", "--metric", "accuracy >= 0.90").out
    assert "wine@champion is held by gate 1: accuracy>=0.9" in added
    check = "grep -q ok passes && test -f $MLPLAT_MODEL_PATH/MLmodel && echo looked at $MLPLAT_MODEL_URI"
    wine("models", "gate", "add", "wine/Production", "--command", check)

    refused = wine("models", "alias", "wine@champion", "3", code=9).err
    assert "wine@champion is held by gate accuracy>=0.9: version 3 has accuracy = 0.8, not >= 0.9" in refused
    assert "says why" in wine("models", "alias", "wine@champion", "3", "--force", code=2).err
    wine("models", "alias", "wine@champion", "3", "--force", "--reason", "only for the demo")
    assert "forced: only for the demo" in wine("models", "history", "wine", "-n", "1").out

    Path("passes").write_text("no")
    refused = wine("models", "transition", "wine/3", "production", code=9).err
    assert "for version 3 it ended with exit code 1" in refused
    Path("passes").write_text("ok")
    moved = wine("models", "transition", "wine/3", "production")
    assert moved.out == "version 3 of wine is in stage Production\n"
    assert "looked at models:/wine/3" in moved.err
    wine("models", "transition", "wine/3", "None")
    Path("passes").unlink()
    wine("models", "transition", "wine/3", "Production")  # its check passed, and is on record

    for done in ("version 3 gate of /Production checked", "gate of @champion added"):
        assert f"\t{done}\t" in wine("models", "history", "wine").out

    listed = wine("models", "gate", "list", "wine", "--json").json()
    assert [(each["target"], each["metric"] is None) for each in listed["gates"]] == [
        ("@champion", False),
        ("/Production", True),
    ]
    assert [(each["version"], each["passed"]) for each in listed["checks"]] == [("3", True)]
    assert "accuracy>=0.9" in wine("models", "gate", "list", "wine").out
    wine("models", "gate", "remove", "wine@champion", "accuracy>=0.9")
    wine("models", "gate", "remove", "wine/production", "2")
    assert wine("models", "gate", "list", "wine", "--json").json()["gates"] == []


def test_a_servers_commands_run_only_when_the_user_says_so(mlplat: Typed, rest_server: RestServer, tmp_path: Path):
    with rest_server.serving(tmp_path / "served") as url:
        server = ("--tracking-uri", url)
        folder = tmp_path / "m"
        folder.mkdir()
        (folder / "MLmodel").write_text(MODEL)
        mlplat("models", "register", "./m", "wine", *server)
        mlplat("models", "gate", "add", "wine@champion", "--command", "touch ran", *server)
        refused = mlplat("models", "alias", "wine@champion", "1", *server, code=2).err
        assert f"{url} asks to run `touch ran` on this machine" in refused
        assert not Path("ran").exists()
        mlplat("models", "alias", "wine@champion", "1", "--run-gates", *server)
        assert Path("ran").exists()
        mlplat("models", "gate", "add", "wine@champion", "--metric", "accuracy>=1", *server)
        mlplat("models", "alias", "wine@champion", "--delete", *server)
        assert "no metric" in mlplat("models", "alias", "wine@champion", "1", *server, code=9).err


def test_what_a_model_says_of_itself(mlplat: Typed, tmp_path: Path):
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "MLmodel").write_text(SIGNED)
    shown = mlplat("models", "show", "./m", "--json").json()["model"]
    assert list(shown["flavors"]) == ["python_function", "sklearn"]
    assert shown["signature"]["inputs"][0]["name"] == "alcohol"
    printed = mlplat("models", "show", "./m").out
    for line in ("alcohol: double", "year: long, may be missing", "float32 (-1, 3)", "shade: string = red"):
        assert line in printed
    assert not (tmp_path / ".mlplat").exists()
    (folder / "MLmodel").write_text("- no model")
    assert "no MLmodel file" in mlplat("models", "show", "./m", code=2).err
    (folder / "MLmodel").unlink()
    assert "no file MLmodel" in mlplat("models", "show", "./m", code=6).err


def test_requirements_are_changed_where_they_lie(wine: Typed):
    folder = Path.cwd() / "b"
    folder.mkdir()
    files = {
        "MLmodel": MODEL,
        "requirements.txt": "# of the model\nnumpy==1.26\nscikit-learn==1.5\n",
        "conda.yaml": "channels: [conda-forge]\ndependencies:\n- python=3.11\n- pip:\n  - numpy==1.26\n",
        "requirements.lock": "joblib==1.4\nnumpy==1.26\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    wine("models", "register", "./b", "claret")
    added = wine("models", "update-requirements", "-m", "models:/claret/1", "--operation", "add", "numpy>=2", "six")
    assert added.out == "# of the model\nnumpy>=2\nscikit-learn==1.5\nsix\n"
    address = wine("models", "show", "claret/1", "--json").json()["model_id"]
    stored = Path.cwd() / ".mlplat" / "models" / address
    assert (stored / "requirements.lock").read_text() == "joblib==1.4\n"
    assert yaml.safe_load((stored / "conda.yaml").read_text()) == {
        "channels": ["conda-forge"],
        "dependencies": ["python=3.11", {"pip": ["numpy>=2", "six"]}],
    }
    removed = wine("models", "update-pip-requirements", "-m", "./b", "remove", "scikit_learn").out
    assert removed == "# of the model\nnumpy==1.26\n"
    assert (folder / "requirements.txt").read_text() == removed
    for words, code, said in (
        (["remove", "beer"], 6, "does not require 'beer'"),
        (["add", "./other.txt"], 2, "no requirement"),
        (["beer"], 2, "--operation"),
        (["add"], 2, "--operation"),
    ):
        assert said in wine("models", "update-requirements", "-m", "./b", *words, code=code).err
    assert (folder / "requirements.txt").read_text() == removed


def test_an_environment_is_prepared(mlplat: Typed, tmp_path: Path):
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "MLmodel").write_text(MODEL)
    assert "does not say what the model needs" in mlplat("models", "prepare-env", "-m", "./m", code=6).err
    (folder / "python_env.yaml").write_text("build_dependencies: []\ndependencies:\n- -r requirements.txt\n")
    (folder / "requirements.txt").write_text("mlflow==3.17.2\n")
    built = mlplat("models", "prepare-env", "-m", "./m", "--env-manager", "uv", "--json").json()["environment"]
    assert Path(built["python"]).exists()
    assert built["created"] is True
    assert mlplat("models", "prepare-env", "-m", "./m", "--env-manager", "uv").out == built["path"] + "\n"
    assert not (tmp_path / ".mlplat").exists()


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
    (["gate", "add", "wine@champion", "--metric", "accuracy"], 2, "no bound"),
    (["gate", "add", "wine@champion", "--metric", "accuracy>=nan"], 2, "no bound"),
    (["gate", "add", "wine@champion", "--metric", "accuracy>=1e999"], 2, "no bound"),
    (["gate", "add", "wine@champion"], 2, "--metric or --command"),
    (["gate", "add", "wine/3", "--command", "true"], 2, "no alias and no stage"),
    (["gate", "add", "wine/Gold", "--command", "true"], 2, "Gold"),
    (["gate", "remove", "wine@champion", "7"], 6, "has no gate"),
    (["gate", "list", "beer"], 6, "beer"),
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
