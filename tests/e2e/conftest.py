"""What every test of the whole tool is given: a folder of its own, the command, and one cache for all."""

from __future__ import annotations

import getpass
import tempfile
from pathlib import Path

import pytest

from tests.e2e.tool import Tool, clean_environment


@pytest.fixture(scope="session")
def cache() -> Path:
    """A cache that outlives the session, so that environments are built once."""
    folder = Path(tempfile.gettempdir()) / f"mlplat-tests-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@pytest.fixture
def mlplat(tmp_path: Path, cache: Path) -> Tool:
    """The command, typed in an empty folder; the store is beside it, out of reach of any further up."""
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / ".mlplat").mkdir()
    return Tool(folder, clean_environment(cache, tmp_path / "config"))
