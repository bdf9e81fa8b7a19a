"""Copies of files and folders."""

from pathlib import Path

import pytest

from mlplat_cli.artifacts import LocalRepository, download
from mlplat_cli.errors import NotFoundError


class Told:
    def __init__(self) -> None:
        self.fractions: list[float | None] = []
        self.steps: list[str] = []

    def step(self, message: str) -> None:
        self.steps.append(message)

    def update(self, message: str, fraction: float | None = None) -> None:
        self.fractions.append(fraction)


@pytest.fixture
def repository(tmp_path: Path) -> LocalRepository:
    repository = LocalRepository(tmp_path / "root")
    repository.write("a/b/x.txt", [b"x"])
    repository.write("a/y.txt", [b"yyy"])
    repository.write("z.txt", [b"z"])
    return repository


def test_a_file_keeps_its_name(repository: LocalRepository, tmp_path: Path) -> None:
    copy = download(repository, "a/y.txt", tmp_path / "out", Told())
    assert copy == tmp_path / "out" / "y.txt"
    assert copy.read_text() == "yyy"


def test_a_folder_keeps_its_name_and_content(repository: LocalRepository, tmp_path: Path) -> None:
    told = Told()
    copy = download(repository, "a", tmp_path / "out", told)
    assert copy == tmp_path / "out" / "a"
    assert (copy / "b" / "x.txt").read_text() == "x"
    assert told.steps == ["downloading 2 files"]
    assert told.fractions == [0.0, 0.25]


def test_everything_is_copied_into_the_destination_itself(repository: LocalRepository, tmp_path: Path) -> None:
    copy = download(repository, "", tmp_path / "out", Told())
    assert copy == tmp_path / "out"
    assert sorted(path.name for path in copy.iterdir()) == ["a", "z.txt"]


def test_what_is_missing_is_said_and_nothing_is_made(repository: LocalRepository, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nothing"):
        download(repository, "nothing", tmp_path / "out", Told())
    assert not (tmp_path / "out").exists()
