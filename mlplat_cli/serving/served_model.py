"""A model that is served. In: its folder, workers. Out: what reads requests for it, and what answers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlplat.exceptions import MlplatException
from mlplat.models.yaml_text import parse
from mlplat_cli.errors import InvalidInputError, LaunchError
from mlplat_cli.serving.deployment import Deployment
from mlplat_cli.serving.rows import Rows
from mlplat_cli.serving.scoring import ScoringReader, example_of

_EXAMPLES = ("serving_input_example.json", "input_example.json")


@dataclass(slots=True)
class ServedModel:
    """One version of a model, with its workers.

    Args:
        name: under which it is asked for. uri: what the user named. version: of a registered model, else None.
        folder: with the file MLmodel in it. platform: its flavor. registered: the registered model's name.
    """

    name: str
    uri: str
    version: str | None
    folder: Path
    platform: str
    registered: str | None
    signature: dict[str, Any] | None
    reader: ScoringReader
    deployment: Deployment = field(repr=False)

    @property
    def log_name(self) -> str:
        """The name of its predictions' log: the registered model's where it is one."""
        return self.registered or self.name

    @property
    def has_params(self) -> bool:
        """Whether its signature names parameters."""
        return bool((self.signature or {}).get("params"))

    async def start(self) -> None:
        """Start the workers.

        Raises:
            LaunchError: names the model that cannot be loaded, and why.
        """
        try:
            await self.deployment.start(self._example)
        except LaunchError as error:
            raise LaunchError(f"model {self.name}: {error.message}") from error

    @property
    def trouble(self) -> str | None:
        """Why it is not ready; None when it is."""
        if self.deployment.trouble:
            return self.deployment.trouble
        return None if self.deployment.workers else "none of the model's processes is up"

    @property
    def example(self) -> bytes | None:
        """The body of a request with its input example; None without one."""
        files = [(name, self.folder / name) for name in _EXAMPLES]
        return example_of([(name, path.read_bytes()) for name, path in files if path.is_file()])

    def _example(self, about: dict[str, Any]) -> Rows | None:
        self.reader.has_arrow = bool(about.get("arrow"))
        body = self.example
        if body is None:
            return None
        try:
            return self.reader.read(body, "application/json").rows
        except InvalidInputError as error:
            self.deployment.trouble = f"the model's input example does not fit its signature: {error.message}"
            return None


@dataclass(frozen=True, slots=True)
class Described:
    """What the front needs to know of a model's MLmodel file."""

    signature: dict[str, Any] | None
    platform: str


def described(folder: Path) -> Described:
    """Read a model's MLmodel file.

    Raises:
        InvalidInputError: there is no such file, or it is not YAML.
    """
    path = folder / "MLmodel"
    try:
        content = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInputError(f"{path}: {error.strerror}", hint="a model is a folder with a file MLmodel") from error
    except (MlplatException, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path} is no MLmodel file: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("flavors"), dict):
        raise InvalidInputError(f"{path} does not describe a model: it has no flavors")
    signature = content.get("signature")
    own = [flavor for flavor in content["flavors"] if flavor != "python_function"]
    return Described(signature if isinstance(signature, dict) else None, own[0] if own else "python_function")
