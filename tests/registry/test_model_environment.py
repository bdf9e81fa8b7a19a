"""Environments of models, from an index in a folder: what their files ask for, at the versions of their lock."""

import subprocess
from pathlib import Path

import pytest

from mlplat.models.trust import Trust
from mlplat_cli.errors import EnvironmentBuildError, InvalidInputError, NotFoundError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.registry.model_environment import environment_of, model_spec
from tests.environments.conftest import links as links  # noqa: PLC0414 - a fixture
from tests.environments.conftest import make_wheel, write
from tests.environments.conftest import own_caches as own_caches  # noqa: PLC0414 - a fixture

PYTHON_ENV = "build_dependencies:\n- pip\n- setuptools\n- wheel\ndependencies:\n- -r requirements.txt\n"


@pytest.fixture
def model(tmp_path: Path, links: Path) -> Path:
    for version in ("1.0", "1.1", "2.0"):
        make_wheel(links, "nest", version)
    make_wheel(links, "bird", "1.0", ["nest>=1"])
    make_wheel(links, "bird", "1.1", ["nest>=1"])
    return write(
        tmp_path / "model",
        MLmodel="flavors: {}\n",
        python_env__yaml=PYTHON_ENV,
        requirements__txt="mlflow==3.17.2\nbird<2\n",
    )


def holds(folder: Path, manager: str | None = None) -> dict[str, str]:
    """What the model's environment really has."""
    found = environment_of(folder, manager, SilentProgress())
    script = "import bird, nest; print(bird.VERSION, nest.VERSION)"
    done = subprocess.run([found.python, "-c", script], capture_output=True, text=True, check=True)
    return dict(zip(("bird", "nest"), done.stdout.split(), strict=True))


def test_what_the_files_ask_for(model: Path):
    assert holds(model) == {"bird": "1.1", "nest": "2.0"}


def test_the_lock_decides_versions(model: Path):
    (model / "requirements.lock").write_text("bird==1.0\nnest==1.1\nunrelated==9\n")
    assert holds(model) == {"bird": "1.0", "nest": "1.1"}
    (model / "requirements.lock").write_text("bird==1.0\nnest==1.1\nnest @ file:///nowhere?a==1\n")
    assert model_spec(model).constraints == ("bird==1.0", "nest==1.1")
    assert environment_of(model, "uv", SilentProgress()).name == environment_of(model, None, SilentProgress()).name


def test_a_lock_that_cannot_be_kept_to(model: Path):
    (model / "requirements.lock").write_text("bird==1.0\nnest==7.7\n")
    found = environment_of(model, None, SilentProgress())
    assert "requirements.lock was not kept to" in found.notes[-1]
    assert found.lock is not None
    assert ("bird", "1.1") in found.lock.packages


def test_what_is_not_to_be_had(model: Path):
    (model / "requirements.txt").write_text("bird==9\n")
    with pytest.raises(EnvironmentBuildError, match="bird"):
        environment_of(model, None, SilentProgress())


@pytest.mark.parametrize(
    ("code", "stays"),
    [
        ("import mlflow\nmlflow.langchain.autolog()\n", True),
        ("def f():\n    from mlflow.langchain import load_model\n", True),
        ("import mlflow.pyfunc as p\nclass M(p.PythonModel): x = p.nothing_of_the_kind\n", True),
        ("import mlflow.nothing\n", True),
        ("from mlflow import *\n", True),
        ("import mlflow\nclass M(mlflow.pyfunc.PythonModel): ...\nmlflow.models.set_model(M())\n", False),
        ("from mlflow.models import set_model, ModelConfig\nset_model(1)\n", False),
        ("from mlflow.pyfunc import PythonModel\nPythonModel.predict.anything\n", False),
        ("import mlflow as m\nm.log_metric('a', 1)\n", False),
        ("import mlflower\nfrom . import mlflow\n", False),
        ("'import mlflow'\n", False),
        ("this is no python\n", False),
    ],
)
def test_mlflow_stays_where_the_models_own_code_needs_it(model: Path, code: str, stays: bool):
    assert all("mlflow" not in line for line in model_spec(model).requirements)
    write(model / "code", own__py=code)
    spec = model_spec(model)
    assert ("mlflow==3.17.2" in spec.requirements) is stays
    assert len(spec.requirements) == len(spec.places)


@pytest.mark.parametrize("line", ["mlflow>=3", "mlflow[extras]==3.1", "mlflow", "mlflow==3.1; python_version > '3'"])
def test_a_wish_for_mlflow_is_met(model: Path, line: str):
    (model / "requirements.txt").write_text(f"{line}\n")
    assert line in model_spec(model).requirements


def test_a_model_that_says_nothing(tmp_path: Path):
    bare = write(tmp_path / "bare", MLmodel="flavors: {}\n")
    with pytest.raises(NotFoundError, match="does not say what the model needs"):
        environment_of(bare, None, SilentProgress())
    assert environment_of(bare, "local", SilentProgress()).manager == "local"


def test_what_comes_from_elsewhere_wants_trust(model: Path, links: Path):
    wheel = next(links.glob("bird-1.0*.whl"))
    (model / "requirements.txt").write_text(f"bird @ {wheel.as_uri()}\nnest\n")

    with pytest.raises(InvalidInputError, match=r"requirements\.txt:1: .* comes from elsewhere") as caught:
        environment_of(model, None, SilentProgress())

    assert "--trust" in (caught.value.hint or "")
    (model / "requirements.txt").write_text("bird\nnest\n-c constraints.txt\n")
    (model / "constraints.txt").write_text(f"bird @ {wheel.as_uri()}\n")
    with pytest.raises(InvalidInputError, match=r"constraint 'bird @ .* comes from elsewhere"):
        environment_of(model, None, SilentProgress())
    (model / "constraints.txt").unlink()
    (model / "requirements.txt").write_text(f"bird @ {wheel.as_uri()}\nnest\n")
    found = environment_of(model, None, SilentProgress(), trust=Trust(given=True))
    assert found.lock is not None
    assert ("bird", "1.0") in found.lock.packages
