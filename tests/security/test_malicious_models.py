"""Models that mean harm: nothing of them runs, nothing is written beside them, and one line says what is wrong."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import mlplat
from mlplat import pyfunc
from mlplat.models.example import load_example
from mlplat.models.loading import load_native
from mlplat.models.trust import remember
from mlplat.onnx import OnnxFile
from mlplat_cli.cli.app import run
from mlplat_cli.errors import MlplatError
from mlplat_cli.models.mlmodel import read_mlmodel
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.registry.model_environment import environment_of
from tests.local_store import open_local
from tests.security.corpus import ATTACKS, FLAVORS, compiled_instead_of_the_source, copied, singing

LONGEST_LINE = 1000


class Place:
    """A folder with a model that means harm, in a folder of nobody else's.

    Attributes:
        model: the folder. canary: a file that is there if any of it ran.
    """

    def __init__(self, top: Path, attack: str) -> None:
        self.canary = top / "canary"
        self.model = top / "inner" / "model"
        self.model.mkdir(parents=True)
        ATTACKS[attack](self.model, self.canary)
        self.top = top
        self.before = self.files()
        self.modules = set(sys.modules)

    def files(self) -> set[Path]:
        return set(self.top.rglob("*"))

    def check(self) -> None:
        """Assert that nothing ran, nothing was written and nothing that the model names was imported."""
        assert not self.canary.exists()
        assert self.files() == self.before
        assert not {"this", "evil_code", "evil_loader", "evil_pickle", "evil_keras"} & sys.modules.keys()
        assert not any(str(self.top) in path for path in sys.path)


@pytest.fixture(params=ATTACKS)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("MLPLAT_TRACKING_URI", "MLPLAT_LOCAL_STORE", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("MLPLAT_CACHE_DIR", str(home / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.chdir(home)
    found = Place(tmp_path / "top", request.param)
    yield found
    found.check()


def refused(call: Callable[[], Any]) -> str:
    """Return the one line by which a call refuses."""
    with pytest.raises((mlplat.MlplatException, ModuleNotFoundError)) as caught:
        call()
    line = str(caught.value)
    assert "\n" not in line
    assert 0 < len(line) < LONGEST_LINE
    return line


def whole(native: Any) -> Any:
    """Read what a flavor reads only when it is asked for."""
    return native.load() if isinstance(native, OnnxFile) else native


def test_the_library_refuses_it(place):
    refused(lambda: pyfunc.load_model(place.model))
    place.check()


def test_every_flavor_refuses_it(place):
    for name in FLAVORS:
        refused(lambda name=name: whole(load_native(place.model, name)))
        place.check()


def test_looking_at_it_executes_nothing(place):
    for look in (mlplat.models.Model.load, mlplat.models.get_model_info, read_mlmodel):
        with contextlib.suppress(mlplat.MlplatException, MlplatError):
            look(place.model)
        place.check()
    try:
        info = mlplat.models.Model.load(place.model).saved_input_example_info
    except mlplat.MlplatException:
        return
    if info:
        refused(lambda: load_example(str(place.model), info))


def test_the_tool_executes_nothing(place, capsys):
    open_local(Path(".mlplat")).close()

    for words in (("show", place.model), ("register", place.model, "wine"), ("show", "wine/1")):
        run(["models", *map(str, words)])
        assert "Traceback" not in capsys.readouterr().err
        place.check()


@pytest.mark.parametrize("attack", ["pickle_of_sklearn", "code_file", "nested_yaml", "yaml_tag"])
def test_no_server_comes_up_with_it(attack, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    place = Place(tmp_path / "top", attack)
    open_local(tmp_path / ".mlplat").close()
    words = ("serve", "-m", place.model, "--env-manager", "local", "--port", 0, "--tracking-uri", tmp_path / ".mlplat")

    assert run(["models", *map(str, words)]) != 0
    assert "mlplat: " in capsys.readouterr().err
    place.check()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "--index-url http://127.0.0.1:9/simple\nevil\n"),
        ("requirements.txt", "-e .\n"),
        ("requirements.txt", "-e git+file:///tmp/evil#egg=evil\n"),
        ("requirements.txt", "--extra-index-url=http://127.0.0.1:9/simple\n"),
        ("requirements.txt", "-r ../../../etc/passwd\n"),
        ("pyproject.toml", "[project]\nname = 'evil'\nversion = '1'\ndynamic = ['dependencies']\n"),
        ("conda.yaml", "dependencies:\n- pip:\n  - six\nvariables:\n  LD_PRELOAD: ./evil.so\n"),
        ("requirements.txt", "$(touch canary)\n`touch canary`\n"),
        ("requirements.txt", "--config-settings=--build-option=x\n"),
        ("python_env.yaml", 'python: "3.11; rm -rf x"\ndependencies: []\n'),
        ("python_env.yaml", 'python: "/bin/sh"\ndependencies: []\n'),
        ("python_env.yaml", "python: !!python/object/apply:os.system [touch canary]\n"),
        ("python_env.yaml", "dependencies: " + "[" * 100_000 + "\n"),
        ("conda.yaml", "dependencies: !!python/object/apply:os.system [touch canary]\n"),
        ("conda.yaml", "dependencies:\n- python=3.11; rm\n- pip:\n  - evil @ file:///tmp/evil.whl\n"),
    ],
)
def test_an_environment_that_means_harm_is_refused(name, text, tmp_path, monkeypatch, capsys):
    model = tmp_path / "inner" / "model"
    model.mkdir(parents=True)
    (model / "setup.py").write_text(singing(tmp_path / "canary"))
    (model / name).write_text(text)

    (model / "MLmodel").write_text("flavors: {python_function: {loader_module: mlflow.sklearn}}\n")

    with pytest.raises(MlplatError) as caught:
        environment_of(model, "uv", SilentProgress())

    assert "\n" not in str(caught.value)
    monkeypatch.chdir(tmp_path)
    open_local(tmp_path / ".mlplat").close()
    assert run(["models", "generate-dockerfile", "-m", str(model), "-d", str(tmp_path / "image")]) != 0
    assert str(caught.value).partition(":")[0] in capsys.readouterr().err
    assert not (tmp_path / "image").exists()
    assert not (tmp_path / "canary").exists()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of this user's own, with code and an artifact, which the ledger trusts."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kind_helper.py").write_text("VALUE = 1\n")
    (tmp_path / "word.txt").write_text("word")
    (tmp_path / "kind.py").write_text(
        "from pathlib import Path\n\nfrom kind_helper import VALUE\n\nimport mlplat\n\n\n"
        "class Kind(mlplat.pyfunc.PythonModel):\n    def predict(self, context, model_input):\n"
        "        return [VALUE, Path(context.artifacts['word']).read_text()]\n\n\n"
        "mlplat.models.set_model(Kind())\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    pyfunc.save_model("own", python_model="kind.py", code_paths=["kind_helper.py"], artifacts={"word": "word.txt"})
    remember("own")
    monkeypatch.undo()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    sys.modules.pop("kind_helper", None)
    (tmp_path / "kind_helper.py").unlink()
    return tmp_path / "own"


def test_what_this_user_wrote_is_trusted_wherever_it_lies(own, tmp_path):
    assert pyfunc.load_model(copied(own, tmp_path / "copy")).predict([]) == [1, "word"]


@pytest.mark.parametrize("name", ["kind.py", "code/kind_helper.py", "artifacts/word.txt"])
def test_one_changed_file_of_a_trusted_model_ends_the_trust(own, tmp_path, name):
    changed = copied(own, tmp_path / "changed") / name
    changed.write_text(changed.read_text() + "\n")

    assert "trust=True" in refused(lambda: pyfunc.load_model(tmp_path / "changed"))


def test_a_file_added_to_trusted_code_ends_the_trust(own, tmp_path):
    (copied(own, tmp_path / "changed") / "code" / "pathlib.py").write_text("raise SystemExit\n")

    assert "trust=True" in refused(lambda: pyfunc.load_model(tmp_path / "changed"))


def test_a_linked_folder_in_trusted_code_ends_the_trust(own, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "__init__.py").write_text("raise SystemExit\n")
    (copied(own, tmp_path / "changed") / "code" / "more").symlink_to(tmp_path / "elsewhere")

    assert "trust=True" in refused(lambda: pyfunc.load_model(tmp_path / "changed"))


def test_compiled_files_beside_trusted_code_are_not_read(own, tmp_path):
    changed = copied(own, tmp_path / "changed")
    compiled_instead_of_the_source(changed, tmp_path / "canary")

    assert pyfunc.load_model(changed).predict([]) == [1, "word"]
    assert not (tmp_path / "canary").exists()


def test_a_ledger_of_another_user_says_nothing(own, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))

    assert "trust=True" in refused(lambda: pyfunc.load_model(own))
