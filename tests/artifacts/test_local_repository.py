"""Listing, reading, writing and deleting below a folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mlplat_cli.artifacts import LocalRepository
from mlplat_cli.entities import FileInfo
from mlplat_cli.errors import InvalidInputError, NotFoundError


@pytest.fixture
def repository(tmp_path: Path) -> LocalRepository:
    return LocalRepository(tmp_path / "root")


def test_a_listing_is_sorted_not_recursive_and_relative_to_the_root(repository: LocalRepository) -> None:
    for path in ("b.txt", "a/x.txt", "a/c/y.txt", "a-b.txt"):
        repository.write(path, [b"12", b"3"])
    assert repository.list() == [
        FileInfo(path="a", is_dir=True),
        FileInfo(path="a-b.txt", is_dir=False, file_size=3),
        FileInfo(path="b.txt", is_dir=False, file_size=3),
    ]
    assert repository.list("a/") == [
        FileInfo(path="a/c", is_dir=True),
        FileInfo(path="a/x.txt", is_dir=False, file_size=3),
    ]
    assert [info.path for info in repository.walk("a")] == ["a/c/y.txt", "a/x.txt"]
    assert [info.path for info in repository.walk("b.txt")] == ["b.txt"]


def test_a_root_that_nobody_wrote_to_is_empty(repository: LocalRepository) -> None:
    assert repository.list() == []
    assert list(repository.walk()) == []


def test_what_is_missing_is_said(repository: LocalRepository) -> None:
    repository.write("a/x.txt", [b""])
    for call in (repository.list, repository.open_read, repository.delete, repository.local_path):
        with pytest.raises(NotFoundError, match="nothing"):
            call("a/nothing")
    with pytest.raises(NotFoundError):
        repository.open_read("a")
    assert repository.list("a/x.txt") == []


def test_what_was_written_is_read_back_with_its_size(repository: LocalRepository) -> None:
    assert repository.write("a/b/c.bin", [b"\0\1", b"", b"\2"]) == 3
    opened = repository.open_read("a/b/c.bin")
    with opened.stream:
        assert (opened.size, opened.stream.read()) == (3, b"\0\1\2")


def test_a_write_that_breaks_off_leaves_the_old_file_and_nothing_else(repository: LocalRepository) -> None:
    def breaks() -> Iterator[bytes]:
        yield b"new"
        raise ConnectionError

    repository.write("a.txt", [b"old"])
    with pytest.raises(ConnectionError):
        repository.write("a.txt", breaks())
    assert (repository.root / "a.txt").read_bytes() == b"old"
    assert [path.name for path in repository.root.iterdir()] == ["a.txt"]


def test_a_file_in_the_making_is_seen_by_nobody(repository: LocalRepository) -> None:
    with repository.begin("a.txt") as upload:
        upload.write(b"x")
        assert repository.list() == []
        upload.commit()
    assert [info.path for info in repository.list()] == ["a.txt"]


def test_files_and_folders_do_not_replace_each_other(repository: LocalRepository) -> None:
    repository.write("a/x.txt", [b""])
    with pytest.raises(InvalidInputError):
        repository.write("a", [b""])
    with pytest.raises(InvalidInputError):
        repository.write("a/x.txt/y.txt", [b""])
    with pytest.raises(InvalidInputError):
        repository.write("", [b""])


def test_a_folder_is_deleted_with_all_in_it_but_the_root_is_not(repository: LocalRepository) -> None:
    repository.write("a/b/x.txt", [b""])
    repository.write("c.txt", [b""])
    repository.delete("a")
    assert [info.path for info in repository.list()] == ["c.txt"]
    with pytest.raises(InvalidInputError):
        repository.delete("")
