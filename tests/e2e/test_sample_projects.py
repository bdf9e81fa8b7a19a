"""Every folder of sample_projects/, run from a git address and in place."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.repository import make_repository

SAMPLES = Path(__file__).resolve().parents[2] / "sample_projects"


@dataclass(frozen=True)
class Expected:
    """How a sample is run, and what must be recorded of it.

    Args:
        words: of the command line, after the address. params: recorded parameters, exactly.
        metrics: names, at least. tags: at least. artifacts: paths, at least. prints: a part of the output.
        models: how many models it logs. runs: how many runs it leaves, children among them.
    """

    words: tuple[str, ...] = ()
    params: dict[str, str] = field(default_factory=dict)
    metrics: frozenset[str] = frozenset()
    tags: dict[str, str] = field(default_factory=dict)
    artifacts: frozenset[str] = frozenset()
    prints: str = ""
    models: int = 0
    runs: int = 1


TABLE = {
    "wine_mlflow": Expected(
        ("-P", "alpha=0.25"),
        params={"alpha": "0.25", "l1_ratio": "0.1"},
        metrics=frozenset({"rmse", "mae", "r2"}),
        tags={"mlflow.project.entryPoint": "main", "mlflow.project.env": "virtualenv"},
        prints="elastic net (alpha=0.25, l1_ratio=0.1): rmse",
        models=1,
    ),
    "hyperparameter_search": Expected(
        ("-P", "candidates=3"),
        params={"candidates": "3", "seed": "1"},
        metrics=frozenset({"best_rmse", "best_penalty"}),
        tags={"search": "grid"},
        artifacts=frozenset({"search.json"}),
        prints="best penalty",
        runs=4,
    ),
    "sentiment_steps": Expected(
        ("-e", "train", "-P", "smoothing=0.5", "-P", 'label=it\'s; a "label"'),
        params={
            "reviews": "reviews.csv",
            "smoothing": "0.5",
            "held_out": "4",
            "label": 'it\'s; a "label"',
            "homepage": "https://example.com/reviews",
        },
        metrics=frozenset({"accuracy"}),
        tags={"label": 'it\'s; a "label"', "mlflow.project.entryPoint": "train"},
        artifacts=frozenset({"model/counts.json"}),
        prints="on 4 held out reviews",
    ),
    "script_only": Expected(
        ("-e", "train.py", "-P", "steps=30"),
        params={"steps": "30"},
        metrics=frozenset({"loss"}),
        tags={"mlflow.project.entryPoint": "train.py"},
        artifacts=frozenset({"position.txt"}),
        prints="after 30 steps: 3.0087",
    ),
    "shell_only": Expected(
        ("-P", "numbers=30"),
        params={"numbers": "30", "greeting": "hello; echo it's quoted"},
        metrics=frozenset({"primes"}),
        prints="hello; echo it's quoted\n2 is prime\n",
    ),
    "pyproject_only": Expected(
        ("-e", "train.py", "-P", "seed=3"),
        params={"seed": "3"},
        metrics=frozenset({"inertia"}),
        tags={"method": "k-means"},
        artifacts=frozenset({"centres.json"}),
    ),
    "ported_from_mlflow": Expected(
        ("-P", "epochs=5"),
        params={"epochs": "5", "learning_rate": "0.5"},
        metrics=frozenset({"loss", "accuracy"}),
        tags={"model": "logistic regression", "mlflow.note.content": "logistic regression by gradient descent"},
        artifacts=frozenset({"weights.json", "code/train.py"}),
        prints="accuracy",
    ),
}

SLOW = {"wine_mlflow"}


def samples():
    """Return every folder there is, so that one without an entry in TABLE fails."""
    names = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())
    return [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in names]


@pytest.fixture
def sample(tmp_path, mlplat):
    """Copies one sample into a repository of its own, below a folder."""

    def make(name):
        repository = make_repository(tmp_path / "origin", mlplat.env)
        shutil.copytree(
            SAMPLES / name, repository.folder / "projects" / name, ignore=shutil.ignore_patterns("__pycache__")
        )
        repository.commit({}, f"add {name}")
        return repository

    return make


@pytest.mark.parametrize("name", samples())
def test_a_sample_from_a_git_address(name, sample, mlplat):
    expected = TABLE[name]
    repository = sample(name)

    done = mlplat("run", f"{repository.address}#projects/{name}", *expected.words)

    assert expected.prints in done.out
    run = mlplat.show(done.run_id)
    check(run, expected)
    assert run["tags"]["mlflow.source.git.commit"] == repository.git("rev-parse", "HEAD")
    assert run["tags"]["mlflow.source.git.repoURL"] == repository.address
    assert run["tags"]["mlflow.source.name"] == f"{repository.address}#projects/{name}"
    assert len(mlplat.runs()) == expected.runs
    assert expected.prints in mlplat("runs", "logs", done.run_id).out
    assert expected.prints in mlplat.artifact(done.run_id, "mlplat/output.log")


@pytest.mark.parametrize("name", samples())
def test_a_sample_in_place(name, sample, mlplat):
    expected = TABLE[name]
    repository = sample(name)
    folder = repository.folder / "projects" / name

    done = mlplat("run", ".", *expected.words, cwd=folder, MLPLAT_TRACKING_URI=".mlplat")

    run = mlplat.show(done.run_id, "--tracking-uri", folder)
    check(run, expected)
    assert run["tags"]["mlflow.source.git.commit"] == repository.git("rev-parse", "HEAD")
    assert repository.git("status", "--porcelain") == "", "a run in place leaves nothing that git sees"


def check(run, expected):
    """Compare a recorded run with what is expected of it."""
    assert run["info"]["status"] == "FINISHED"
    assert run["params"] == expected.params
    assert expected.metrics <= run["metrics"].keys()
    assert expected.tags.items() <= run["tags"].items()
    assert run["tags"]["mlflow.source.type"] == "PROJECT"
    paths = {each["path"] for each in run["artifacts"]}
    assert expected.artifacts | {"mlplat/output.log", "mlplat/environment/environment.json"} <= paths
    assert [model["status"] for model in run["models"]] == ["LOGGED_MODEL_READY"] * expected.models
    assert run["param_conflicts"] == []
    # A client logs a run's metrics once more for each model; they are the same points.
    assert expected.models == 0 or {run["metrics"][name]["count"] for name in expected.metrics} == {1}
