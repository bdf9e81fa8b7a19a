"""Which store is meant. In: --tracking-uri, variables, mlplat.toml, the current folder. Out: a `StoreAddress`.

A local store is a folder (`.mlplat/` unless named otherwise) found from any folder below it, as git finds `.git`, but
for one in a folder that everybody may write to; that one is found from that folder alone:

    mlplat.db          SQLite database           journals/   not yet ingested
    artifacts/         of runs                   models/     of logged models

The database may also be a server's (PostgreSQL, MySQL, MariaDB); the folder then holds the rest. `ADDRESS#FOLDER` says
which folder that is, without the second part it is found as above.

A store behind a server of the protocol has its address, and for a folder its spool on this machine: what is logged here
and not shipped yet lies there.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from mlplat.configured import configured_uri
from mlplat.exceptions import MlplatException
from mlplat.local_store import (
    JOURNALS,
    is_server,
    make_store,
    named_store,
    nearest_store,
    server_folder,
)
from mlplat.location import REMOTE, begin_spool, spool_folder, variables_uri
from mlplat.models.trust import LEDGER, server_ledger
from mlplat_cli.errors import InvalidInputError, NotSupportedError, StoreError
from mlplat_cli.settings.option import Option, resolve

LOCAL_STORE_VARIABLE = "MLPLAT_LOCAL_STORE"

_HOST_AND_PORT = re.compile(r"[\w.-]+:[0-9]{1,5}/?")


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A store: the folder that holds its journals, artifacts and models, and its database's or server's address."""

    home: Path
    database: str

    @property
    def is_there(self) -> bool:
        """Tell whether anything was ever recorded there, as far as that can be told without asking a server."""
        if self.is_shared or self.is_remote:
            return True
        return self.journals.is_dir() or Path(unquote(self.database.removeprefix("sqlite:///"))).exists()

    @property
    def is_shared(self) -> bool:
        """Tell whether a server has the database, so that other folders and machines may write to it as well."""
        return is_server(self.database)

    @property
    def is_remote(self) -> bool:
        """Tell whether a server of the protocol has the store, and this machine no more than a spool."""
        return self.database.startswith(REMOTE)

    @property
    def place(self) -> str:
        """How a person knows it: the server, or the folder."""
        return self.database if self.is_remote else str(self.home)

    @property
    def uri(self) -> str:
        """Both in one text, which `find_store` understands in any folder; it may hold a password."""
        return f"{self.database}#{quote(str(self.home))}" if self.is_shared else self.database

    @property
    def journals(self) -> Path:
        """Folder of the journals that are not ingested yet."""
        return self.home / JOURNALS

    @property
    def ledger(self) -> Path:
        """Folder that names the files of this user's own writing, see `mlplat.models.trust`; it may not exist."""
        return Path(server_ledger(self.uri)) if self.is_remote else self.home / LEDGER


def find_store(tracking_uri: str | None = None, *, start: Path | None = None) -> StoreAddress:
    """Return the store that a flag, the environment or the current folder names; nothing is created.

    Args:
        tracking_uri: the flag's value: a folder, `file:///folder`, `sqlite:///file.db`, a database of a server
            (`postgresql://user:password@host/database`, `mysql://…`, `mariadb://…`), or a server of the protocol
            (`http(s)://host:port`).
        start: the folder to look from; the current one unless given.

    Raises:
        InvalidInputError: the address cannot be read. NotSupportedError: a kind of store that there is not.
    """
    here = str(start or Path.cwd())
    chosen = tracking_uri if tracking_uri is not None else chosen_uri(here)
    if chosen and chosen.startswith(REMOTE):
        return _remote(chosen)
    if chosen and is_server(chosen):
        home = server_folder(chosen) or nearest_store(here)
        return StoreAddress(Path(home), chosen.partition("#")[0])
    return _named(chosen or nearest_store(here))


def chosen_uri(here: str) -> str | None:
    """Return the address that variables or mlplat.toml choose, by the library's rule; None where neither does."""
    # A command that a project runs: its MLPLAT_TRACKING_URI is the runner's REST address of this very store.
    chosen = os.environ.get(LOCAL_STORE_VARIABLE) or variables_uri()
    if chosen is None and resolve(Option.TRACKING_URI) is not None:
        return configured_uri(here)
    return chosen


def ensure_home(address: StoreAddress) -> None:
    """Make the store's folder; what lies in `.mlplat/` is hidden from git.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        if address.is_remote:
            begin_spool(address.database)
        else:
            make_store(str(address.home))
    except MlplatException as error:
        raise StoreError(error.message) from error


def _remote(uri: str) -> StoreAddress:
    try:
        return StoreAddress(Path(spool_folder(uri)), uri.rstrip("/"))
    except MlplatException as error:
        raise InvalidInputError(error.message) from error


def _named(uri: str) -> StoreAddress:
    try:
        named = named_store(uri)
    except MlplatException as error:
        raise InvalidInputError(error.message) from error
    if named is None:
        raise NotSupportedError(
            f"the tracking URI's scheme {uri.partition('://')[0]!r} is not supported by this command",
            hint="name a folder, sqlite:///file.db, postgresql://…, mysql://… or http(s)://…",
        )
    home, database = named
    if not uri.startswith("sqlite:") and Path(home).is_file():
        raise InvalidInputError(f"{uri} is a file, and a store is a folder", hint=f"a SQLite file: sqlite:///{uri}")
    if not Path(home).exists() and _HOST_AND_PORT.fullmatch(uri):
        raise InvalidInputError(f"there is no folder {uri}", hint=f"if this is a server: http://{uri}")
    return StoreAddress(Path(home), f"sqlite:///{quote(database)}")
