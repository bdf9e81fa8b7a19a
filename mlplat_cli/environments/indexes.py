"""Where packages come from. In: pip's settings, uv's variables, option lines of the project. Out: settings for uv.

uv reads none of pip's configuration; who set up pip for a company's index expects it to count here too. Precedence:
the project's own lines, then UV_… variables, then PIP_… variables and pip's files.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.environments.credentials import without_credentials

RESOLUTION_VARIABLES = (
    "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX_STRATEGY",
    "UV_NO_INDEX", "UV_EXCLUDE_NEWER", "UV_PRERELEASE", "UV_RESOLUTION", "UV_TORCH_BACKEND", "UV_CONSTRAINT",
    "UV_OVERRIDE", "UV_CONFIG_FILE",
)  # fmt: skip
"""uv's variables that decide which packages a resolution finds."""

_LISTS = frozenset({"extra-index-url", "find-links", "trusted-host", "no-binary", "only-binary"})
_KEYS = ("index-url", "no-index", "cert", "proxy", "timeout", "pre", *sorted(_LISTS))


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """How uv is to be called: its whole environment, and options for resolving and installing.

    Args:
        environment: holds credentials; never shown. resolve, install: options. key: digest of what decides the result.
    """

    environment: dict[str, str]
    resolve: tuple[str, ...]
    install: tuple[str, ...]
    key: str


def index_settings(lines: Iterable[str] = ()) -> IndexSettings:
    """Return the settings for a project whose requirement lines may hold options (`--index-url …`)."""
    own = _option_lines(lines)
    pip = pip_settings()
    environment = _environment(own, pip)
    settings = {name: own.get(name) or pip.get(name, []) for name in _KEYS}
    both = [f"--{name}={value}" for name in ("no-binary", "only-binary") for value in settings[name]]
    resolve = ["--no-index"] if _on(settings["no-index"]) and "UV_NO_INDEX" not in os.environ else []
    if _on(settings["pre"]):
        resolve.append("--prerelease=allow")
    resolve += both
    decisive = [f"{name}={environment[name]}" for name in RESOLUTION_VARIABLES if name in environment] + resolve
    key = hashlib.sha256(without_credentials("\n".join(decisive)).encode()).hexdigest()
    return IndexSettings(environment, tuple(resolve), tuple(both), key)


def _environment(own: dict[str, list[str]], pip: dict[str, list[str]]) -> dict[str, str]:
    environment = dict(os.environ)
    environment.update(UV_NO_PROGRESS="1", UV_LINK_MODE=environment.get("UV_LINK_MODE", "hardlink"), NO_COLOR="1")
    for variable in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH"):  # they would mislead uv and what it builds
        environment.pop(variable, None)
    given = {
        "index-url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
        "extra-index-url": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
        "find-links": ("UV_FIND_LINKS",),
        "trusted-host": ("UV_INSECURE_HOST",),
    }
    for name, variables in given.items():
        if own.get(name):
            values = own[name]
            for variable in variables:
                environment.pop(variable, None)
        elif not any(variable in environment for variable in variables):
            values = pip.get(name, [])
        else:
            continue
        if values:
            environment[variables[0]] = ("," if name == "find-links" else " ").join(values)
    if "UV_INDEX" in environment:
        # pip takes the best version of all indexes, and these settings were written for pip.
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    _add_transport(environment, pip)
    return environment


def _add_transport(environment: dict[str, str], pip: dict[str, list[str]]) -> None:
    certificates = [*pip.get("cert", []), *map(environment.get, ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))]
    for certificate in filter(None, certificates):
        environment.setdefault("SSL_CERT_FILE", certificate)
    for proxy in pip.get("proxy", []):
        environment.setdefault("ALL_PROXY", proxy)
    for timeout in pip.get("timeout", []):
        environment.setdefault("UV_HTTP_TIMEOUT", timeout)


def pip_settings() -> dict[str, list[str]]:
    """Return pip's settings that matter here, name → values, from its files and variables as pip itself reads them."""
    settings: dict[str, list[str]] = {}
    for path in _pip_files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # pip itself says what is wrong with it
        for section in ("global", "install"):
            for name, value in parser.items(section) if parser.has_section(section) else ():
                settings[name.replace("_", "-")] = _values(name.replace("_", "-"), value)
    for name in _KEYS:
        value = os.environ.get("PIP_" + name.upper().replace("-", "_"), "")
        if name == "timeout":
            value = value or os.environ.get("PIP_DEFAULT_TIMEOUT", "")
        if value:
            settings[name] = _values(name, value)
    return {name: values for name, values in settings.items() if name in _KEYS and values}


def _pip_files() -> list[Path]:
    chosen = os.environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return []
    home = Path.home()
    user = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip/pip.conf", user / "pip/pip.conf"]
    if sys.platform == "darwin":
        files.insert(2, Path("/Library/Application Support/pip/pip.conf"))
        files.append(home / "Library/Application Support/pip/pip.conf")
    files.append(Path(os.environ.get("VIRTUAL_ENV") or sys.prefix) / "pip.conf")
    return [*files, Path(chosen)] if chosen else files


def _values(name: str, value: str) -> list[str]:
    return value.split() if name in _LISTS else [value.strip()]


def _option_lines(lines: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("--"):
            name, _, value = line[2:].partition(" ")
            found.setdefault(name, []).append(value or "true")
    return found


def _on(values: list[str]) -> bool:
    return bool(values) and values[-1].lower() in {"1", "true", "yes", "on"}
