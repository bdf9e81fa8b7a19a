"""Images of models, built and run by a real engine."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from mlplat import pyfunc
from mlplat_cli.environments.interpreter import newest_of_each_minor
from mlplat_cli.serving.images.plan import FRONT_PYTHON
from tests.e2e.served_store import free_port
from tests.e2e.tool import Tool, until
from tests.frameworks import framework_python, run_script
from tests.servers.engine import BASE, running_engine

TRAIN = """
import mlplat.sklearn
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression

X, y = load_wine(return_X_y=True)
with mlplat.start_run():
    forest = RandomForestClassifier(10, random_state=0).fit(X, y)
    mlplat.sklearn.log_model(forest, name="forest", input_example=X[:2], registered_model_name="Wine")
    line = LinearRegression().fit(X, y)
    mlplat.sklearn.log_model(line, name="line", serialization_format="cloudpickle", registered_model_name="pickled")
"""
REQUIREMENT_MB = 250


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    with running_engine(request.config) as address:
        yield address


@pytest.fixture
def trained(mlplat: Tool, request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> Tool:
    script = mlplat.folder / "train.py"
    script.write_text(TRAIN)
    run_script(framework_python(request.config, "sklearn"), script, mlplat.folder)
    return Tool(mlplat.folder, {**mlplat.env, "DOCKER_HOST": engine})


def asked(port: int, path: str, body: bytes | None = None) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own
            return answer.status, json.loads(answer.read().strip() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None
    except OSError:
        return 0, None


def test_an_image_serves_its_model(trained: Tool, engine: str) -> None:
    base = ("--base-image", BASE)
    built = trained("models", "build-docker", "-m", "models:/Wine/1", *base, "--json").json()
    assert (built["image"], built["base"]) == ("wine:1", BASE)
    client = docker.DockerClient(base_url=engine)
    added = client.images.get("wine:1").attrs["Size"] - client.images.get(BASE).attrs["Size"]
    assert added < REQUIREMENT_MB * 1_000_000
    assert client.images.get("wine:1").labels["mlplat.model"] == "models:/Wine/1"

    port = free_port()
    variables = {"AIP_HTTP_PORT": str(port), "AIP_HEALTH_ROUTE": "/v1/health", "AIP_PREDICT_ROUTE": "/v1/predict"}
    container = client.containers.run(
        "wine:1",
        "serve",
        detach=True,
        network_mode="host",
        environment=variables,
        read_only=True,
        tmpfs={"/tmp": ""},  # noqa: S108 - the container's
    )
    try:
        until(lambda: asked(port, "/ping")[0] == 200, "the container")
        body = json.dumps({"inputs": [[13.0] * 13]}).encode()
        status, answer = asked(port, "/invocations", body)
        assert (status, len(answer["predictions"])) == (200, 1)
        assert asked(port, "/v1/predict", body) == (200, answer)
        assert asked(port, "/v1/health")[0] == 200
        assert container.exec_run(["id", "-u"]).output.strip() == b"1000"
        container.stop(timeout=30)
        assert container.wait()["StatusCode"] == 0  # it was not killed
    finally:
        container.remove(force=True)
        client.close()


def test_a_second_image_of_the_same_needs_shares_its_packages(trained: Tool, engine: str) -> None:
    base = ("--base-image", BASE)
    trained("models", "build-docker", "-m", "models:/Wine/1", *base)
    again = trained("models", "build-docker", "-m", "models:/Wine/1", "-n", "other", *base)
    assert "installing" not in again.err
    client = docker.DockerClient(base_url=engine)
    first, second = (client.images.get(name).attrs["RootFS"]["Layers"] for name in ("wine:1", "other"))
    shared = len([layer for layer in first if layer in second])
    assert shared >= len(client.images.get(BASE).attrs["RootFS"]["Layers"]) + 3
    client.close()


def test_a_model_that_does_not_load_stops_the_build(trained: Tool) -> None:
    """Whoever builds did not write the pickle: the ledger of another store knows nothing of it."""
    copied = trained.folder / "copied"
    trained("artifacts", "download", trained.runs()[0]["info"]["run_id"], "line", "-d", copied)
    model = next(copied.rglob("MLmodel")).parent
    away = trained.folder.parent / "elsewhere"
    away.mkdir()
    done = trained("models", "build-docker", "-m", model, "--base-image", BASE, code=5, cwd=away)
    assert "--trust" in done.err
    assert "Traceback" not in done.err
    trained("models", "build-docker", "-m", model, "--base-image", BASE, "--trust", cwd=away)


def test_a_dockerfile_says_all_of_it(trained: Tool, engine: str) -> None:
    trained("models", "generate-dockerfile", "-m", "models:/Wine/1", "-d", "out", "--base-image", BASE)
    folder = trained.folder / "out"
    assert {each.name for each in folder.iterdir()} == {
        "Dockerfile", "environment", "front", "mlplat", "mlplat_cli", "model",
    }  # fmt: skip
    assert (folder / "Dockerfile").read_text().count("FROM ") == 2
    client = docker.DockerClient(base_url=engine)
    client.images.build(path=str(folder), tag="by-hand", rm=True, network_mode="none")
    client.close()
    assert "not empty" in trained("models", "generate-dockerfile", "-m", "models:/Wine/1", "-d", "out", code=2).err


def test_mistakes_are_told_in_a_line(trained: Tool) -> None:
    words = ("models", "build-docker", "-m", "models:/Wine/1")
    assert "--name" in trained(*words, "-n", "No Spaces", code=2).err
    assert "--platform" in trained(*words, "--platform", "beos/ppc", code=2).err
    assert "--env" in trained(*words, "--env", "1=2", code=2).err
    refused = trained(*words, "--base-image", "nowhere/none:1", code=5).err
    assert "--base-image" in refused
    nothing = Tool(trained.folder, {**trained.env, "DOCKER_HOST": "unix:///nowhere/docker.sock"})
    assert "no container engine runs here" in nothing(*words, code=8).err


CODE = """
import sys
from mlplat.models import set_model
from mlplat.pyfunc import PythonModel

class Version(PythonModel):
    def predict(self, context, model_input):
        return ["%d.%d" % sys.version_info[:2]]

set_model(Version())
"""


def with_python(client: docker.DockerClient, name: str, python: Path, folder: Path) -> None:
    """Make an image with an interpreter of this machine in /usr/local, as the official ones have it."""
    prefix = python.resolve().parent.parent
    left_out = shutil.ignore_patterns("test", "tests", "__pycache__", "share", "site-packages", "*.a", "config-*")
    shutil.copytree(prefix, folder / "python", symlinks=True, ignore=left_out)
    (folder / "Dockerfile").write_text(f"FROM {BASE}\nCOPY python /usr/local\n")
    client.images.build(path=str(folder), tag=name, rm=True, network_mode="none")


def test_a_model_of_an_older_python_has_its_own_and_the_front_another(
    mlplat: Tool, engine: str, tmp_path: Path
) -> None:
    found = {each.version.rpartition(".")[0]: each for each in newest_of_each_minor(None)}
    old = next((version for version in ("3.10", "3.9", "3.8") if version in found), None)
    if old is None or FRONT_PYTHON not in found:
        pytest.skip(f"needs a Python {FRONT_PYTHON} and an older one than 3.11 on this machine")
    client = docker.DockerClient(base_url=engine, timeout=300)
    names = {"model": "mlplat-tests/python:old", "front": "mlplat-tests/python:front"}
    for what, version in (("model", old), ("front", FRONT_PYTHON)):
        (tmp_path / what).mkdir()
        with_python(client, names[what], found[version].path, tmp_path / what)
    model, code = mlplat.folder / "model", tmp_path / "version.py"
    code.write_text(CODE)
    pyfunc.save_model(model, python_model=str(code), pip_requirements=["numpy", "pandas"])
    (model / "requirements.lock").unlink(missing_ok=True)  # of the Python that runs the tests
    (model / "python_env.yaml").write_text(f"python: {found[old].version}\ndependencies: [numpy, pandas]\n")
    tool = Tool(mlplat.folder, {**mlplat.env, "DOCKER_HOST": engine})
    images = ("--base-image", names["model"], "--front-image", names["front"])
    tool("models", "build-docker", "-m", "model", "-n", "older", "--trust", *images)

    port = free_port()
    container = client.containers.run("older", detach=True, network_mode="host", environment={"PORT": str(port)})
    try:
        until(lambda: asked(port, "/ping")[0] == 200, "the container")
        assert asked(port, "/invocations", b'{"inputs": [[1.0]]}') == (200, {"predictions": [old]})
    finally:
        container.remove(force=True)
        client.close()
