"""Copies of files and folders."""

import os
from pathlib import Path

import pytest

from mlplat_cli.artifacts import Layout, LocalRepository, download
from mlplat_cli.errors import ArtifactError, NotFoundError


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


def test_damage_is_seen_and_not_copied(tmp_path: Path) -> None:
    layout = Layout(tmp_path / ".mlplat")
    layout.runs.write("1/x.bin", [b"0123456789"])
    file = layout.runs.root / "1" / "x.bin"
    state = file.stat()
    file.chmod(0o644)
    file.write_bytes(b"01234X6789")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))  # as a failing disk would have it
    with pytest.raises(ArtifactError, match="damaged"):
        download(layout.runs, "1/x.bin", tmp_path / "out", Told())
    assert list((tmp_path / "out").iterdir()) == []
