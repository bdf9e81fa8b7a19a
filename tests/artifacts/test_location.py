"""Which folder an artifact address means."""

from pathlib import Path

import pytest

from mlplat_cli.artifacts import Layout, open_location
from mlplat_cli.errors import InvalidInputError, NotSupportedError


def place_of(uri: str, home: Path) -> Path | None:
    repository = open_location(uri, home)
    repository.write("x", [b"x"])
    return repository.local_path("x")


def test_runs_and_models_have_their_folders(tmp_path: Path) -> None:
    home = tmp_path / ".mlplat"
    assert place_of("mlflow-artifacts:/1/abc/artifacts", home) == home / "artifacts/1/abc/artifacts/x"
    assert place_of("mlflow-artifacts:/models/m-1", home) == home / "models/m-1/x"
    assert place_of("mlflow-artifacts://host:5000/1/abc", home) == home / "artifacts/1/abc/x"
    assert Layout(home).place("models/m-1/MLmodel")[1] == "m-1/MLmodel"


def test_files_and_plain_paths_are_where_they_say(tmp_path: Path) -> None:
    home = tmp_path / "project" / ".mlplat"
    assert place_of(f"file://{tmp_path}/a%20b", home) == tmp_path / "a b/x"
    assert place_of(f"file:{tmp_path}/c", home) == tmp_path / "c/x"
    assert place_of(f"{tmp_path}/d", home) == tmp_path / "d/x"
    assert place_of("out/e", home) == tmp_path / "project/out/e/x"


@pytest.mark.parametrize("uri", ["mlflow-artifacts:/../x", "mlflow-artifacts:/models/../../x", "file://elsewhere/x"])
def test_addresses_that_lead_elsewhere_are_refused(tmp_path: Path, uri: str) -> None:
    with pytest.raises(InvalidInputError):
        open_location(uri, tmp_path)


@pytest.mark.parametrize("uri", ["s3://bucket/x", "gs://b/x", "dbfs:/x", "https://host/x", "runs:/abc/x"])
def test_other_schemes_are_named(tmp_path: Path, uri: str) -> None:
    with pytest.raises(NotSupportedError, match=uri.split(":", 1)[0]):
        open_location(uri, tmp_path)
