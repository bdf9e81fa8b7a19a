"""A package index in a folder, made of wheels of a few hundred bytes, and caches of its own for every test."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from mlplat_cli.environments.source_file import SourceFile


class Steps:
    """Keeps what a user would be told."""

    def __init__(self):
        self.steps = []

    def step(self, message):
        self.steps.append(message)

    def update(self, message, fraction=None):
        pass


@pytest.fixture
def steps():
    return Steps()


@pytest.fixture(autouse=True)
def own_caches(tmp_path, monkeypatch):
    monkeypatch.setenv("MLPLAT_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


@pytest.fixture
def links(tmp_path, monkeypatch):
    """A folder of packages, the only place that pip is set up to look in; holds pip, setuptools and wheel."""
    folder = tmp_path / "links"
    folder.mkdir()
    for name, version in (("pip", "26.3"), ("setuptools", "80.0"), ("wheel", "0.45")):
        make_wheel(folder, name, version)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def make_wheel(folder, name, version, requires=(), *, python=">=3.6", tag="py3-none-any"):
    """Write a wheel that holds one module `name` with VERSION; the tag says for which Pythons it is."""
    info = f"{name}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", f"Requires-Python: {python}"]
    files = {
        f"{name}.py": f'VERSION = "{version}"\n',
        f"{info}/METADATA": "\n".join([*metadata, *(f"Requires-Dist: {line}" for line in requires)]) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
    path = Path(folder) / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in files.items():
            archive.writestr(place, text)
    return path


def write(folder, **files):
    """Write files; `__` in a name stands for a dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def source(text, name="conda.yaml"):
    return SourceFile(Path("/project") / name, name, text)
