"""No path given from outside reaches anything outside the root."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.artifacts import LocalRepository
from mlplat_cli.artifacts.confine import confined
from mlplat_cli.errors import InvalidInputError, MlplatError, NotFoundError

ESCAPES = [
    "..",
    "../secret.txt",
    "a/../../secret.txt",
    "a/..",
    "/etc/passwd",
    "//etc/passwd",
    "%2e%2e/secret.txt",
    "%2E%2E%2Fsecret.txt",
    "%252e%252e/secret.txt",
    "a/%2e%2e/%2e%2e/secret.txt",
    "%2fetc/passwd",
    "..\\secret.txt",
    "a\\..\\..\\secret.txt",
    "C:\\secret.txt",
    "C:/secret.txt",
    "a\0b",
    "a%00b",
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "root" / "a").mkdir(parents=True)
    return tmp_path / "root"


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("call", ["list", "open_read", "begin", "delete", "local_path", "reserve"])
def test_a_path_that_leads_out_is_refused(root: Path, path: str, call: str) -> None:
    with pytest.raises(InvalidInputError):
        getattr(LocalRepository(root), call)(path)
    assert (root.parent / "secret.txt").read_text() == "secret"


def test_a_link_that_leads_out_is_refused_and_not_listed(root: Path) -> None:
    (root / "file").symlink_to(root.parent / "secret.txt")
    (root / "folder").symlink_to(root.parent)
    repository = LocalRepository(root)
    for path in ("file", "folder", "folder/secret.txt"):
        with pytest.raises(InvalidInputError, match="symbolic link"):
            repository.open_read(path)
    assert [info.path for info in repository.list()] == ["a"]
    assert list(repository.walk()) == []


def test_a_link_that_stays_inside_is_followed(root: Path) -> None:
    (root / "a" / "x.txt").write_text("x")
    (root / "link.txt").symlink_to(root / "a" / "x.txt")
    with LocalRepository(root).open_read("link.txt").stream as stream:
        assert stream.read() == b"x"


def test_a_link_to_the_folder_above_itself_is_not_walked_forever(root: Path) -> None:
    (root / "a" / "loop").symlink_to(root / "a")
    (root / "a" / "x.txt").write_text("x")
    assert [info.path for info in LocalRepository(root).walk()] == ["a/x.txt"]


def test_percent_signs_in_a_name_are_allowed(root: Path) -> None:
    repository = LocalRepository(root)
    repository.write("100%/50%25 of it.txt", [b"x"])
    assert [info.path for info in repository.walk()] == ["100%/50%25 of it.txt"]


@given(st.text(alphabet=st.sampled_from("./\\%2eE5Ffab\0:"), max_size=24))
def test_whatever_is_accepted_lies_below_the_root(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    root = tmp_path_factory.getbasetemp() / "never-made"
    try:
        real = confined(root, path)
    except InvalidInputError:
        return
    assert real == root.resolve() or root.resolve() in real.parents


@given(st.text(max_size=300))
def test_any_text_is_answered_with_one_of_our_errors(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    repository = LocalRepository(tmp_path_factory.getbasetemp() / "never-made")
    with pytest.raises((InvalidInputError, NotFoundError)):
        repository.open_read(path).stream.close()


def test_a_name_that_is_too_long_is_the_callers_mistake(root: Path) -> None:
    with pytest.raises(MlplatError, match=r"x{50}"):
        LocalRepository(root).write("x" * 300, [b""])
