"""Which store is meant. In: --tracking-uri or its variable, the current folder. Out: a `StoreAddress`.

A local store is a folder (`.mlplat/` unless named otherwise) found from any folder below it, as git finds `.git`, but
for one in a folder that everybody may write to; that one is found from that folder alone:

    mlplat.db          SQLite database           journals/   not yet ingested
    artifacts/         of runs                   models/     of logged models
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from mlplat_cli.errors import InvalidInputError, NotSupportedError
from mlplat_cli.settings.option import Option, resolve

STORE_FOLDER = ".mlplat"
DATABASE_NAME = "mlplat.db"
LOCAL_STORE_VARIABLE = "MLPLAT_LOCAL_STORE"


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A local store: the folder that holds its journals, artifacts and models, and its database's address."""

    home: Path
    database: str

    @property
    def journals(self) -> Path:
        """Folder of the journals that are not ingested yet."""
        return self.home / "journals"


def find_store(tracking_uri: str | None = None, *, start: Path | None = None) -> StoreAddress:
    """Return the store that a flag, the environment or the current folder names; nothing is created.

    Args:
        tracking_uri: the flag's value: a folder, `file:///folder` or `sqlite:///file.db`.
        start: the folder to look from; the current one unless given.

    Raises:
        InvalidInputError: the address cannot be read. NotSupportedError: a kind of store that is not local.
    """
    chosen = resolve(Option.TRACKING_URI, tracking_uri)
    if tracking_uri is None and LOCAL_STORE_VARIABLE in os.environ:
        # A command that a project runs: its MLPLAT_TRACKING_URI is the runner's REST address of this very store.
        chosen = os.environ[LOCAL_STORE_VARIABLE]
    if chosen:
        return _named(chosen)
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / STORE_FOLDER).is_dir() and (folder == here or not _is_everybodys(folder)):
            return _at(folder / STORE_FOLDER)
    return _at(here / STORE_FOLDER)


def ensure_home(address: StoreAddress) -> None:
    """Make the store's folder; what lies in `.mlplat/` is hidden from git."""
    address.journals.mkdir(parents=True, exist_ok=True)
    ignore = address.home / ".gitignore"
    if address.home.name == STORE_FOLDER and not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def _is_everybodys(folder: Path) -> bool:
    """Tell whether anybody may put a store there, as in /tmp: then it catches nothing that lies below."""
    return bool(folder.stat().st_mode & stat.S_IWOTH)


def _at(home: Path) -> StoreAddress:
    return StoreAddress(home, _sqlite_uri(home / DATABASE_NAME))


def _sqlite_uri(path: Path) -> str:
    return f"sqlite:///{quote(str(path))}"


def _named(uri: str) -> StoreAddress:
    parts = urlsplit(uri)
    if parts.scheme == "sqlite":
        path = unquote(uri.removeprefix("sqlite:///"))
        if path == unquote(uri) or not path or path.startswith(":"):
            raise InvalidInputError(f"the tracking URI {uri!r} names no file", hint="write sqlite:///folder/file.db")
        database = Path(path).absolute()
        return StoreAddress(database.parent, _sqlite_uri(database))
    if parts.scheme == "file":
        return _at(Path(unquote(parts.path)).absolute())
    if "://" not in uri:
        folder = Path(uri).expanduser().absolute()
        is_store = folder.name == STORE_FOLDER or not (folder / STORE_FOLDER).is_dir()
        return _at(folder if is_store else folder / STORE_FOLDER)
    raise NotSupportedError(
        f"the tracking URI's scheme {parts.scheme!r} is not supported by this command",
        hint="name a folder or sqlite:///file.db",
    )
