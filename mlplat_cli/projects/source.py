"""Where a project comes from. In: what the user typed after `mlplat run`. Out: a Source, checked, its secrets apart.

Only https, ssh, git and file are taken for git, and http for zip files: others can execute commands or are not
protected. Local folders are looked at, nothing else is.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urlsplit

from mlplat_cli.errors import FetchError
from mlplat_cli.projects.address import Credentials, shown_address, split_credentials

_HELPER = re.compile(r"[A-Za-z0-9+.-]*::")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SCP = re.compile(r"(?:([^/@:\s]+)@)?([^/@:\s]+|\[[0-9a-fA-F:]+\]):(?!//)(.+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TRANSPORTS = "use https, ssh, git or file"


class SourceKind(StrEnum):
    """How a project is brought here: it lies here already, by git, or as a zip file."""

    LOCAL = "local"
    GIT = "git"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class Source:
    """A project's address.

    Args:
        address: what is fetched: an absolute path, a git address without credentials, or a zip's path or full
            address (which may hold a token, hence not in the repr).
        display: the address without secrets, `#subdirectory` included; safe to show, log and store.
        subdirectory: the project's folder in it, None for the top.
        credentials: user and password taken out of an https git address.
    """

    kind: SourceKind
    address: str = field(repr=False)
    display: str
    subdirectory: str | None = None
    credentials: Credentials | None = field(default=None, repr=False)


def parse_source(uri: str) -> Source:
    """Understand an address: a folder, `folder#sub`, a git address or a zip file.

    Raises:
        FetchError: the transport is refused, the subdirectory leaves the project, or there is no such folder.
    """
    if not uri or _CONTROL.search(uri):
        raise FetchError("the project's address is empty or holds control characters")
    _refuse_dash(uri, "address")
    if os.path.isdir(_local_path(uri)):  # noqa: PTH112 - any text may come, and Path's own test raises for some
        return _local(_local_path(uri), None)
    address, mark, fragment = uri.partition("#")
    subdirectory = _subdirectory(fragment) if mark else None
    if _HELPER.match(address):
        raise FetchError(
            f"the transport {address[: address.index('::')]}:: is refused, it can run commands", hint=_TRANSPORTS
        )
    url = _URL.match(address)
    if url is not None:
        return _from_url(address, url[1].lower(), subdirectory)
    scp = _SCP.fullmatch(address)
    if scp is not None and not os.path.exists(_local_path(address)):  # noqa: PTH110 - as above
        _refuse_dash(scp[1] or "", "user")
        _refuse_dash(scp[2], "host")
        return _git(address, subdirectory)
    return _from_path(_local_path(address), subdirectory)


def parse_git_address(address: str) -> Source:
    """Understand an address that must be git's, such as a submodule's; one on this machine is not looked at.

    Raises:
        FetchError: it is not, or its transport is refused.
    """
    path = unquote(urlsplit(address).path) if address.startswith("file://") else address
    if path.startswith("/") and not _CONTROL.search(path):
        return Source(SourceKind.GIT, file_address(Path(path)), path)
    source = parse_source(address)
    if source.kind is not SourceKind.GIT:
        raise FetchError(f"{source.display} is not a git repository")
    return source


def _local_path(text: str) -> Path:
    """Take a text for a path, `~` being the user's home; a user that does not exist stays as written."""
    return Path(os.path.expanduser(text))  # noqa: PTH111 - Path's own raises for unknown users


def _refuse_dash(text: str, what: str) -> None:
    if text.startswith("-"):
        raise FetchError(
            f"the {what} {text.partition('=')[0]!r} begins with a dash; programs would take it for an option"
        )


def _subdirectory(fragment: str) -> str | None:
    """Check what follows `#`; dots in names are fine, leaving the project is not."""
    path = PurePosixPath(fragment)
    if "#" in fragment:
        raise FetchError("the address has more than one '#'", hint="write ADDRESS#folder/in/it")
    if path.is_absolute() or ".." in path.parts:
        raise FetchError(f"the subdirectory {fragment!r} leads out of the project", hint="write ADDRESS#folder/in/it")
    return str(path) if path.parts else None


def _from_url(address: str, scheme: str, subdirectory: str | None) -> Source:
    prefixed = scheme.startswith("git+")
    if prefixed:
        address, scheme = address[len("git+") :], scheme[len("git+") :]
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        # Neither the address nor the reason is shown: where its parts are not known, a password may be anywhere.
        hint = "write special characters of user and password as %xx"
        raise FetchError("the project's address is malformed", hint=hint) from None
    _refuse_dash(parts.netloc.rpartition("@")[2], "host")
    _refuse_dash(parts.username or "", "user")
    if scheme == "file":
        return _from_file_url(parts, subdirectory)
    if scheme in ("http", "https") and parts.path.lower().endswith(".zip") and not prefixed:
        return Source(SourceKind.ZIP, address, _display(shown_address(address), subdirectory), subdirectory)
    if scheme == "http":
        hint = "use https, which protects code and password on their way"
        raise FetchError(f"git over plain http is refused: {shown_address(address)}", hint=hint)
    if scheme not in ("https", "ssh", "git"):
        raise FetchError(f"the transport {scheme}: is refused", hint=_TRANSPORTS)
    return _from_remote(address, parts, subdirectory)


def _from_remote(address: str, parts: SplitResult, subdirectory: str | None) -> Source:
    if not parts.hostname:
        raise FetchError(f"the address {shown_address(address)} names no host")
    if parts.query:
        raise FetchError(
            f"the git address {shown_address(address)} has a query (?…), which git does not know",
            hint="write a token as https://user:token@host/…",
        )
    if parts.scheme == "https":
        clean, credentials = split_credentials(address)
        return _git(clean, subdirectory, credentials)
    if parts.password is not None or (parts.scheme == "git" and parts.username is not None):
        raise FetchError(f"an address of {parts.scheme}: takes no password", hint="use a key, or https")
    return _git(address, subdirectory)


def _git(address: str, subdirectory: str | None, credentials: Credentials | None = None) -> Source:
    return Source(
        SourceKind.GIT, address, _display(shown_address(address), subdirectory), subdirectory, credentials
    )  # fmt: skip


def _from_file_url(parts: SplitResult, subdirectory: str | None) -> Source:
    if parts.netloc not in ("", "localhost"):
        raise FetchError(f"file: addresses name no host, but {parts.netloc!r} is given", hint="write file:///path")
    path = Path(unquote(parts.path))
    if is_repository(path):
        return _git(file_address(path), subdirectory)
    return _from_path(path, subdirectory)


def _from_path(path: Path, subdirectory: str | None) -> Source:
    if os.path.isdir(path):  # noqa: PTH112 - any text may come, and Path's own test raises for some
        return _local(path, subdirectory)
    is_file = os.path.isfile(path)  # noqa: PTH113 - as above
    if is_file and path.suffix.lower() == ".zip":
        target = str(path.absolute())
        return Source(SourceKind.ZIP, target, _display(target, subdirectory), subdirectory)
    if is_file:
        raise FetchError(
            f"{path} is a file; a project is a folder, a git address or a zip file",
            hint=f"to run a script: mlplat run {path.parent} -e {path.name}",
        )
    raise FetchError(f"there is no folder {path}", hint="give a folder, a git address or a zip file")


def _local(path: Path, subdirectory: str | None) -> Source:
    target = str(path.absolute())
    if not (path / ".git").exists() and is_repository(path):
        return _git(file_address(path.absolute()), subdirectory)
    return Source(SourceKind.LOCAL, target, _display(target, subdirectory), subdirectory)


def _display(address: str, subdirectory: str | None) -> str:
    return address if subdirectory is None else f"{address}#{subdirectory}"


def file_address(path: Path) -> str:
    """Return the address by which git reaches a repository on this machine."""
    return f"file://{quote(str(path))}"


def is_repository(path: Path) -> bool:
    """Say whether a folder is the top of a git repository, with or without a working tree."""
    try:
        bare = (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()
        return (path / ".git").exists() or bare
    except OSError:  # a name that is too long, a folder that may not be entered
        return False
