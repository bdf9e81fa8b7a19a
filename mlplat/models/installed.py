"""Distributions of this process's environment. In: import names. Out: their distributions, with versions and needs.

`importlib.metadata.packages_distributions` opens every file of every distribution; here the folders' names are listed
once, and only the distributions that are asked for are opened.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Dict, Iterable, List, Optional, Tuple

OTHER_NAMES = {
    "Crypto": "pycryptodome",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "google.protobuf": "protobuf",
    "jwt": "pyjwt",
    "pkg_resources": "setuptools",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
    "yaml": "pyyaml",
}
"""Import names that are not their distribution's, where that is installed; others are looked up in its files."""

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?([^;]*)(?:;(.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_FOLDER = re.compile(r"(.+?)-([^-]+)(?:-py[0-9.]+)?\.(?:dist-info|egg-info)")

_opened: Dict[str, "Distribution"] = {}
_found: Dict[Tuple[str, ...], Dict[str, str]] = {}
_tops: Dict[Tuple[str, ...], Dict[str, List[str]]] = {}


def normalized(name: str) -> str:
    """Return a distribution's name in the form in which two spellings of it are the same."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Distribution:
    """One installed distribution.

    Attributes:
        name: as it is published. version: without the local part (`2.13.0` of `2.13.0+cpu`), which no index has.
        origin: the address that it was installed from, where that is not an index; `file:…` for a folder.
        needs: of each distribution that it requires, the name and the extras of it.
    """

    def __init__(self, path: str) -> None:
        headers = _headers(path)
        self.name = next(iter(headers["Name"]), "")
        self.version = next(iter(headers["Version"]), "").partition("+")[0]
        self.origin = _origin(_text(path, "direct_url.json"))
        self._requires = headers["Requires-Dist"]

    @property
    def pinned(self) -> str:
        """A line of requirements.txt that gets this very distribution."""
        if self.origin is not None and not self.origin.startswith("file:"):
            return f"{self.name} @ {self.origin}"
        return f"{self.name}=={self.version}"

    def needs(self, extras: Iterable[str] = ()) -> List[Tuple[str, Tuple[str, ...]]]:
        """Return what it requires, with the extras of it; what only an extra requires where that is asked for."""
        wanted = {normalized(each) for each in extras}
        found = []
        for line in self._requires:
            matched = _REQUIREMENT.match(line)
            if matched is None:
                continue
            only_for = {normalized(each) for each in _EXTRA.findall(matched[4] or "")}
            if not only_for or only_for & wanted:
                found.append(
                    (matched[1], tuple(each.strip() for each in (matched[2] or "").split(",") if each.strip()))
                )
        return found


def find_distribution(name: str) -> Optional[Distribution]:
    """Return an installed distribution by its name, or None."""
    path = _paths().get(normalized(name))
    return None if path is None else _distribution(path)


def providing(module: str) -> Optional[Distribution]:
    """Return the distribution that brings an import name, or None: Python itself does, or a folder of the user's."""
    top = module.partition(".")[0]
    if top in _standard_library():
        return None
    for name in (OTHER_NAMES.get(module), OTHER_NAMES.get(top), top):
        if name is not None:
            found = find_distribution(name)
            if found is not None:
                return found
    for path in _by_top_level().get(top, ()):
        return _distribution(path)
    return None


def _distribution(path: str) -> Distribution:
    if path not in _opened:
        _opened[path] = Distribution(path)
    return _opened[path]


def _standard_library() -> Iterable[str]:
    names: Optional[Iterable[str]] = getattr(sys, "stdlib_module_names", None)
    if names is not None:
        return names
    import sysconfig

    folder = sysconfig.get_paths()["stdlib"]
    listed = {each.partition(".")[0] for each in os.listdir(folder)} - {"site-packages", "dist-packages"}
    return listed | set(sys.builtin_module_names)


def _paths() -> Dict[str, str]:
    """Return the metadata folder of each installed distribution, by normalized name; the first on the path counts."""
    key = tuple(sys.path)
    if key not in _found:
        found: Dict[str, str] = {}
        for place in key:
            try:
                names = os.listdir(place or ".")
            except OSError:
                continue
            for name in names:
                matched = _FOLDER.fullmatch(name)
                if matched is not None:
                    found.setdefault(normalized(matched[1]), os.path.join(place or ".", name))
        _found.clear()
        _found[key] = found
    return _found[key]


def _by_top_level() -> Dict[str, List[str]]:
    """Return the metadata folders of the distributions that have a top-level module or package, by its name."""
    key = tuple(sys.path)
    if key not in _tops:
        tops: Dict[str, List[str]] = {}
        for path in _paths().values():
            for top in _tops_of(path):
                tops.setdefault(top, []).append(path)
        _tops.clear()
        _tops[key] = tops
    return _tops[key]


def _tops_of(path: str) -> Iterable[str]:
    for name in ("top_level.txt", "RECORD"):
        try:
            with open(os.path.join(path, name), encoding="utf-8") as file:
                lines = file.read().splitlines()
        except OSError:
            continue
        if name == "RECORD":
            firsts = {line.split(",")[0].split("/")[0] for line in lines if ".py," in line or ".so," in line}
            return {each.partition(".")[0] for each in firsts} - {"", "__pycache__"}
        if any(lines):
            return [each.strip() for each in lines if each.strip()]
    return ()


def _headers(path: str) -> Dict[str, List[str]]:
    """Return the values of the headers of a distribution's metadata that we ask for; parsing all would cost 1 ms."""
    found: Dict[str, List[str]] = {"Name": [], "Version": [], "Requires-Dist": []}
    text = _text(path, "METADATA") or _text(path, "PKG-INFO") or ""
    for line in text.split("\n\n", 1)[0].splitlines():
        name, _, value = line.partition(": ")
        if name in found:
            found[name].append(value.strip())
    return found


def _text(path: str, name: str) -> Optional[str]:
    try:
        with open(os.path.join(path, name), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def _origin(text: Optional[str]) -> Optional[str]:
    if not text:
        return None
    import json

    try:
        said = json.loads(text)
        url = str(said["url"])
        vcs = said.get("vcs_info")
        if vcs:
            return f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    except (ValueError, KeyError, TypeError):
        return None
    return url
