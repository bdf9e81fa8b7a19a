"""Takes model URIs apart. In: what a person types. Out: one of the forms that there are, or InvalidInputError."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from mlplat_cli.artifacts.address import PROXIED, split_address
from mlplat_cli.errors import InvalidInputError, NotFoundError, NotSupportedError

FORMS = (
    "models:/NAME/VERSION, models:/NAME@ALIAS, models:/NAME/STAGE, models:/NAME/latest, models:/m-ID, "
    "runs:/RUN/PATH, mlflow-artifacts:/PATH or a folder"
)
LATEST = "latest"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
"""Two characters at least, so that the drive of a Windows path is no scheme."""

_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
_ALIASED = re.compile(r"(?P<name>[^/:]+)@(?P<alias>[^/:@]+)")
_NUMBERED = re.compile(r"(?P<name>[^/:]+)/(?P<version>[0-9]+)")
_STAGED = re.compile(r"(?P<name>[^/:]+)/(?P<stage>[^/:@]+)")
_IN_RUN = re.compile(r"/+(?P<run>[^/]+)(?:/(?P<path>.*))?")


@dataclass(frozen=True, slots=True)
class VersionUri:
    """`models:/NAME/VERSION`."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class AliasUri:
    """`models:/NAME@ALIAS`."""

    name: str
    alias: str


@dataclass(frozen=True, slots=True)
class StageUri:
    """`models:/NAME/STAGE`, the stage in any case; `latest` is the newest version."""

    name: str
    stage: str


@dataclass(frozen=True, slots=True)
class LoggedModelUri:
    """`models:/m-ID`."""

    model_id: str


@dataclass(frozen=True, slots=True)
class RunUri:
    """`runs:/RUN/PATH`; the run may be named as a person names it, the path is "" for all that it stored."""

    run: str
    path: str


@dataclass(frozen=True, slots=True)
class ProxiedUri:
    """`mlflow-artifacts:/PATH`, an address within the store."""

    address: str


@dataclass(frozen=True, slots=True)
class FolderUri:
    """A folder of this machine, absolute."""

    folder: Path


ModelUri = VersionUri | AliasUri | StageUri | LoggedModelUri | RunUri | ProxiedUri | FolderUri


def parse_model_uri(uri: str) -> ModelUri:
    """Take a model URI apart.

    Raises:
        InvalidInputError: it has none of the forms. NotSupportedError: its scheme is one that mlplat does not read.
    """
    if not uri.strip() or "\0" in uri:
        raise InvalidInputError("a model URI is missing", hint=f"give {FORMS}")
    found = _SCHEME.match(uri)
    scheme = found.group(1).lower() if found else ""
    rest = uri.partition(":")[2]
    match scheme:
        case "models":
            return _registered(uri, rest)
        case "runs":
            return _in_run(uri, rest)
        case "file":
            return FolderUri(_file_path(uri))
        case "":
            return FolderUri(Path(uri).expanduser().absolute())
    if scheme == PROXIED:
        return ProxiedUri(uri.rstrip("/"))
    raise NotSupportedError(
        f"models at {scheme}: addresses are not read by this version of mlplat", hint=f"give {FORMS}"
    )


def existing_folder(uri: str) -> Path | None:
    """Return the folder of this machine that a URI names; None where it names something in a store.

    Raises:
        InvalidInputError, NotSupportedError: as of `parse_model_uri`. NotFoundError: there is no such folder.
    """
    parsed = parse_model_uri(uri)
    if not isinstance(parsed, FolderUri):
        return None
    if not parsed.folder.is_dir():
        is_short = _ALIASED.fullmatch(uri) or _NUMBERED.fullmatch(uri)
        hint = f"a registered model is named models:/{uri}" if is_short else None
        raise NotFoundError(f"there is no folder {parsed.folder}", hint=hint)
    return parsed.folder


def model_uri(text: str) -> str | None:
    """Return the URI that a person's words for one model mean; None for what can only be a registered model's name.

    Beside every URI these are `NAME/VERSION`, `NAME/STAGE` and `NAME@ALIAS`, and a folder whose path has a slash.
    """
    if _SCHEME.match(text) or text.startswith((".", "/", "~")) or ("/" in text and Path(text).is_dir()):
        return text
    return f"models:/{text}" if "/" in text or "@" in text else None


def plain_name(text: str) -> str | None:
    """Return the name in `NAME` or `models:/NAME`; None where the words say, or may say, which version."""
    name = text.removeprefix("models:/").rstrip("/")
    is_name = bool(name) and not set(name) & set("/:@") and not text.startswith((".", "~"))
    return name if is_name and not (name != text and _MODEL_ID.fullmatch(name)) else None


def _registered(uri: str, rest: str) -> ModelUri:
    path = _one_slash(uri, rest)
    if _MODEL_ID.fullmatch(path):
        return LoggedModelUri(path)
    if found := _ALIASED.fullmatch(path):
        return AliasUri(**found.groupdict())
    if found := _NUMBERED.fullmatch(path):
        return VersionUri(**found.groupdict())
    if found := _STAGED.fullmatch(path):
        return StageUri(**found.groupdict())
    if path and not set(path) & set("/:@"):
        raise InvalidInputError(
            f"{uri!r} does not say which version",
            hint=f"such as models:/{path}/1, models:/{path}@ALIAS or models:/{path}/latest",
        )
    raise InvalidInputError(f"{uri!r} is no model URI", hint=f"give {FORMS}")


def _in_run(uri: str, rest: str) -> RunUri:
    found = _IN_RUN.fullmatch(rest)
    if found is None:
        raise InvalidInputError(f"{uri!r} names no run", hint="such as runs:/RUN/model")
    return RunUri(found["run"], (found["path"] or "").strip("/"))


def _one_slash(uri: str, rest: str) -> str:
    if not rest.startswith("/") or rest.startswith("//"):
        raise InvalidInputError(f"{uri!r} is no model URI: one slash follows models:", hint=f"give {FORMS}")
    return rest[1:].rstrip("/")


def _file_path(uri: str) -> Path:
    parts = split_address(uri)
    if parts.netloc not in ("", "localhost"):
        raise InvalidInputError(f"{uri!r} names a file of another machine ({parts.netloc})")
    return Path(unquote(parts.path)).absolute()
