"""Which store is meant. In: --tracking-uri or its variable, the current folder. Out: a `StoreAddress`.

A local store is a folder (`.mlplat/` unless named otherwise) found from any folder below it, as git finds `.git`, but
for one in a folder that everybody may write to; that one is found from that folder alone:

    mlplat.db          SQLite database           journals/   not yet ingested
    artifacts/         of runs                   models/     of logged models

The database may also be a server's (PostgreSQL, MySQL, MariaDB); the folder then holds the rest. `ADDRESS#FOLDER` says
which folder that is, without the second part it is found as above.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from mlplat.exceptions import MlplatException
from mlplat.local_store import (
    DATABASE_NAME,
    JOURNALS,
    is_server,
    make_store,
    named_store,
    nearest_store,
    server_folder,
)
from mlplat_cli.errors import InvalidInputError, NotSupportedError, StoreError
from mlplat_cli.settings.option import Option, resolve

LOCAL_STORE_VARIABLE = "MLPLAT_LOCAL_STORE"


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A store: the folder that holds its journals, artifacts and models, and its database's address."""

    home: Path
    database: str

    @property
    def is_there(self) -> bool:
        """Tell whether anything was ever recorded there, as far as that can be told without asking a server."""
        return self.is_shared or self.journals.is_dir() or (self.home / DATABASE_NAME).exists()

    @property
    def is_shared(self) -> bool:
        """Tell whether a server has the database, so that other folders and machines may write to it as well."""
        return is_server(self.database)

    @property
    def uri(self) -> str:
        """Both in one text, which `find_store` understands in any folder; it may hold a password."""
        return f"{self.database}#{quote(str(self.home))}" if self.is_shared else self.database

    @property
    def journals(self) -> Path:
        """Folder of the journals that are not ingested yet."""
        return self.home / JOURNALS


def find_store(tracking_uri: str | None = None, *, start: Path | None = None) -> StoreAddress:
    """Return the store that a flag, the environment or the current folder names; nothing is created.

    Args:
        tracking_uri: the flag's value: a folder, `file:///folder`, `sqlite:///file.db`, or a database of a server
            (`postgresql://user:password@host/database`, `mysql://…`, `mariadb://…`).
        start: the folder to look from; the current one unless given.

    Raises:
        InvalidInputError: the address cannot be read. NotSupportedError: a kind of store that is not local.
    """
    chosen = resolve(Option.TRACKING_URI, tracking_uri)
    if tracking_uri is None and LOCAL_STORE_VARIABLE in os.environ:
        # A command that a project runs: its MLPLAT_TRACKING_URI is the runner's REST address of this very store.
        chosen = os.environ[LOCAL_STORE_VARIABLE]
    if chosen and is_server(chosen):
        home = server_folder(chosen) or nearest_store(str(start or Path.cwd()))
        return StoreAddress(Path(home), chosen.partition("#")[0])
    return _named(chosen or nearest_store(str(start or Path.cwd())))


def ensure_home(address: StoreAddress) -> None:
    """Make the store's folder; what lies in `.mlplat/` is hidden from git.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        make_store(str(address.home))
    except MlplatException as error:
        raise StoreError(error.message) from error


def _named(uri: str) -> StoreAddress:
    try:
        named = named_store(uri)
    except MlplatException as error:
        raise InvalidInputError(error.message) from error
    if named is None:
        raise NotSupportedError(
            f"the tracking URI's scheme {uri.partition('://')[0]!r} is not supported by this command",
            hint="name a folder, sqlite:///file.db, postgresql://… or mysql://…",
        )
    home, database = named
    return StoreAddress(Path(home), f"sqlite:///{quote(database)}")
