"""Python code that a model brings. In: its folder, trusted. Out: modules that can be imported.

The folder comes after Python's own library, so that nothing in it stands in for `json`, and before installed
packages. Compiled files beside the sources are never read: they could hold other code than the source that was
trusted.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from typing import Any, List, Optional

_folders: List[str] = []
"""Real paths of the folders whose compiled files are not read."""


class _FreshSource(SourceFileLoader):
    """Loads a source by compiling it."""

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        return compile(self.get_data(path), path, "exec", dont_inherit=True)


def add_code(folder: str) -> None:
    """Make the modules in a folder importable, before those of other models' folders.

    A module of the same name that another model brought is forgotten: whoever has it keeps it.
    """
    real = os.path.realpath(folder)
    if not _folders:
        sys.path_hooks.insert(0, _hook)
    if real in _folders:
        sys.path.remove(real)
    else:
        _folders.append(real)
    sys.path.insert(_place(), real)
    sys.path_importer_cache.pop(real, None)
    own = {os.path.splitext(each)[0] for each in os.listdir(real)}
    for name, module in list(sys.modules.items()):
        owner = _owner(os.path.realpath(getattr(module, "__file__", None) or os.devnull))
        if owner not in (None, real) and name.partition(".")[0] in own:
            del sys.modules[name]


def _place() -> int:
    """Return the index in sys.path after Python's own library."""
    own = os.path.realpath(os.path.dirname(os.__file__))
    places = [
        index
        for index, each in enumerate(sys.path)
        if os.path.realpath(each) == own or os.path.basename(each) == "lib-dynload"
    ]
    return max(places) + 1 if places else 0


def _hook(path: str) -> Any:
    """Return the finder of one of our folders, or of one inside it; ImportError leaves the path to Python."""
    if _owner(os.path.realpath(path)) is None or not os.path.isdir(path):
        raise ImportError(path)
    return FileFinder(path, (ExtensionFileLoader, EXTENSION_SUFFIXES), (_FreshSource, SOURCE_SUFFIXES))


def _owner(real: str) -> Optional[str]:
    return next((each for each in _folders if real == each or real.startswith(each + os.sep)), None)
