"""Parameters. In: `-P` words and what an entry point declares. Out: checked values, for the record and for the command.

Recorded values are what was given, unquoted. A `path` becomes absolute in the command: a given one is looked for in the
caller's folder first (MLflow looks only there), then in the project; a default, being the project's own, the other way
round. An http, https or file address as a `path` is downloaded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.errors import ParameterError
from mlplat_cli.errors.spelling import nearest
from mlplat_cli.process.progress import Progress
from mlplat_cli.projects.project import EntryPoint, Parameter, ParameterType

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\\)(.+)")
_INT = re.compile(r"[+-]?\d+", re.ASCII)
_DOWNLOADED = ("http", "https")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Parameters of one run.

    Args:
        values: for the record: declared (given or default), then undeclared, as given.
        command_values: for the template: declared only, paths absolute.
        extras: undeclared, in the order given; they are appended to the command.
        downloads: folder made for downloads when no storage folder was named; the caller removes it.
    """

    values: Mapping[str, str]
    command_values: Mapping[str, str]
    extras: Mapping[str, str]
    downloads: Path | None = None


def parse_params(words: Sequence[str]) -> dict[str, str]:
    """Split `name=value` words at their first `=`.

    Raises:
        ParameterError: a word without `=` or without a name, or a name that comes twice.
    """
    given: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise ParameterError(f"-P {word!r} is not of the form name=value")
        if name in given:
            raise ParameterError(f"parameter {name!r} is given twice", hint=f"give -P {name}=… once")
        given[name] = value
    return given


def resolve(
    entry_point: EntryPoint,
    given: Mapping[str, str],
    *,
    storage_dir: Path | None,
    project_dir: Path,
    caller_dir: Path,
    progress: Progress,
    download: bool = True,
) -> Resolved:
    """Check the given parameters against the declared ones, fill in defaults and make paths absolute.

    Args:
        storage_dir: where addresses are downloaded; None makes a temporary folder if it is needed.
        download: False leaves addresses as they are, for a plan that runs nothing.

    Raises:
        ParameterError: values that are missing (all are named) or do not fit their type.
        FetchError: an address that cannot be downloaded.
    """
    declared = entry_point.parameters
    extras = {name: value for name, value in given.items() if name not in declared}
    _check_missing(entry_point, given, extras)
    _check_values(given)
    values = {name: given.get(name, parameter.default or "") for name, parameter in declared.items()}
    for name in given.keys() & declared.keys():
        check_value(declared[name], given[name])
    folders = _Folders(storage_dir, project_dir, caller_dir, progress, download)
    try:
        command_values = {
            name: folders.locate(parameter, values[name], is_given=name in given)
            if parameter.type is ParameterType.PATH
            else values[name]
            for name, parameter in declared.items()
        }
    except BaseException:
        remove_downloads(folders.made)
        raise
    return Resolved(values | extras, command_values, extras, folders.made)


def remove_downloads(folder: Path | None) -> None:
    """Remove the folder that was made for downloads, if one was."""
    if folder is not None:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def _check_missing(entry_point: EntryPoint, given: Mapping[str, str], extras: Mapping[str, str]) -> None:
    missing = [name for name, one in entry_point.parameters.items() if one.required and name not in given]
    if not missing:
        return
    noun = "parameter" if len(missing) == 1 else "parameters"
    slips = {extra: near for extra in extras if (near := nearest(extra, missing))}
    hint = "; ".join(f"{extra!r} was given: did you mean {near!r}?" for extra, near in slips.items())
    raise ParameterError(
        f"entry point {entry_point.name!r} needs a value for {noun} {', '.join(map(repr, missing))}",
        hint=hint or " ".join(f"-P {name}=…" for name in missing),
    )


def _check_values(given: Mapping[str, str]) -> None:
    for name, value in given.items():
        if "\0" in value or "\0" in name:
            raise ParameterError(f"parameter {name!r} holds a NUL character, which no command line can carry")


def check_value(parameter: Parameter, value: str) -> None:
    """Refuse a value that does not fit a parameter's type; paths are checked where they are located.

    Raises:
        ParameterError: it does not fit.
    """
    if not fits_type(parameter, value):
        raise ParameterError(
            f"parameter {parameter.name!r} is declared as {parameter.type.value}, but {value!r} is none",
            hint=_EXAMPLES[parameter.type],
        )


def _is_float(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _is_int(value: str) -> bool:
    return _INT.fullmatch(value) is not None


def _is_uri(value: str) -> bool:
    return _SCHEME.fullmatch(value) is not None


_FITS: dict[ParameterType, Callable[[str], bool]] = {
    ParameterType.FLOAT: _is_float,
    ParameterType.INT: _is_int,
    ParameterType.URI: _is_uri,
}
_EXAMPLES = {
    ParameterType.FLOAT: "give a number such as 0.5, 1e-3 or inf",
    ParameterType.INT: "give a whole number such as 10",
    ParameterType.URI: "give an address with a scheme, such as s3://bucket/key or file:///data",
}


def fits_type(parameter: Parameter, value: str) -> bool:
    """Say whether a value fits a parameter's type, wherever it comes from."""
    fits = _FITS.get(parameter.type)
    return fits is None or fits(value)


@dataclass(slots=True)
class _Folders:
    """Where paths are looked for and downloads go; `made` is the temporary folder, once there is one."""

    storage_dir: Path | None
    project_dir: Path
    caller_dir: Path
    progress: Progress
    download: bool
    made: Path | None = None
    count: int = 0

    def locate(self, parameter: Parameter, value: str, *, is_given: bool) -> str:
        """Return the absolute path that a `path` parameter stands for."""
        scheme = _SCHEME.fullmatch(value)
        if scheme is not None and "://" in value:
            return self._locate_address(parameter, value, scheme[1].lower())
        places = [self.caller_dir, self.project_dir] if is_given else [self.project_dir, self.caller_dir]
        for place in places:
            path = (place / os.path.expanduser(value)).absolute()  # noqa: PTH111 - Path's own raises for unknown users
            if value and os.path.exists(path):  # noqa: PTH110 - any text may come, and Path's own raises for some
                return str(path)
        looked = " or ".join(dict.fromkeys(str(place) for place in places))
        raise ParameterError(f"the path {value!r} of parameter {parameter.name!r} does not exist in {looked}")

    def _locate_address(self, parameter: Parameter, value: str, scheme: str) -> str:
        from urllib.parse import unquote, urlsplit

        if scheme == "file":
            path = Path(unquote(urlsplit(value).path))
            if not os.path.exists(path):  # noqa: PTH110 - as above
                raise ParameterError(f"the path {value!r} of parameter {parameter.name!r} does not exist")
            return str(path.absolute())
        if scheme not in _DOWNLOADED:
            raise ParameterError(
                f"parameter {parameter.name!r} is a path, and {scheme}: addresses cannot be downloaded",
                hint="give a local path or an http, https or file address, or declare the parameter as uri",
            )
        if not self.download:
            return value
        from mlplat_cli.projects.download import download

        return str(download(value, self._next_folder(), self.progress))

    def _next_folder(self) -> Path:
        """Make a folder for one download, so that two files of one name do not meet."""
        import tempfile

        if self.storage_dir is not None:
            self.storage_dir.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix="param-", dir=self.storage_dir))
        if self.made is None:
            self.made = Path(tempfile.mkdtemp(prefix="mlplat-params-"))
        self.count += 1
        folder = self.made / str(self.count)
        folder.mkdir()
        return folder
