"""The file `MLmodel`, which says what a model's folder holds. In: fields, a file, an address. Out: a `Model`.

Its keys are MLflow's; those that we do not know are kept as they are.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Optional

from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.models.yaml_text import parse, render

if TYPE_CHECKING:
    from mlplat.models.info import ModelInfo
    from mlplat.models.signature import ModelSignature

FILE_NAME = "MLmodel"
PYFUNC = "python_function"
MAX_BYTES = 16 << 20
"""No more of a file is read: nobody's signature is as long."""

_OMITTED = ("artifact_path", "run_id", "metadata", "model_size_bytes", "resources", "env_vars", "auth_policy")
"""Left out of the file where they are None."""


class Model:
    """What a model's folder holds; every argument is an attribute too.

    Args:
        artifact_path: where it was logged to. run_id: the run that logged it.
        utc_time_created: `YYYY-MM-DD HH:MM:SS.ffffff`; now unless given.
        flavors: of each flavor's name, what that flavor needs to load it.
        signature: what goes in and out.
        saved_input_example_info: where its input example lies and what it is.
        model_uuid: a new one unless given. model_id: of the logged model, `m-` and 32 hex digits.
        metadata: of whoever logged it, plain values.
        others: further keys of the file.
    """

    def __init__(
        self,
        artifact_path: Optional[str] = None,
        run_id: Optional[str] = None,
        utc_time_created: Optional[str] = None,
        flavors: Optional[Dict[str, Dict[str, Any]]] = None,
        signature: Optional[ModelSignature] = None,
        saved_input_example_info: Optional[Dict[str, Any]] = None,
        model_uuid: Optional[str] = None,
        metadata: Optional[Dict[str, Any]] = None,
        model_size_bytes: Optional[int] = None,
        model_id: Optional[str] = None,
        **others: Any,
    ) -> None:
        self.artifact_path = artifact_path
        self.run_id = run_id
        self.utc_time_created = utc_time_created or _now()
        self.flavors: Dict[str, Dict[str, Any]] = {} if flavors is None else flavors
        self.signature = signature
        self.saved_input_example_info = saved_input_example_info
        self.model_uuid = model_uuid or os.urandom(16).hex()
        self.metadata = metadata
        self.model_size_bytes = model_size_bytes
        self.model_id = model_id
        self.others = others

    def add_flavor(self, name: str, **fields: Any) -> Model:
        """Add what a flavor needs to load the model, and return this."""
        self.flavors[name] = fields
        return self

    def to_dict(self) -> Dict[str, Any]:
        """Return the file's keys and values."""
        fields = dict(self.others)
        for name in ("artifact_path", "run_id", "utc_time_created", "flavors", "model_uuid", "model_id", "metadata"):
            fields[name] = getattr(self, name)
        fields["model_size_bytes"] = self.model_size_bytes
        for name in _OMITTED:
            if fields.get(name) is None:
                fields.pop(name, None)
        if self.model_id is None:
            del fields["model_id"]
        if self.signature is not None:
            fields["signature"] = self.signature.to_dict()
        if self.saved_input_example_info is not None:
            fields["saved_input_example_info"] = self.saved_input_example_info
        return fields

    def to_yaml(self) -> str:
        """Return the file's text."""
        return render(self.to_dict())

    def save(self, path: Any) -> None:
        """Write the file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.to_yaml())

    @staticmethod
    def from_dict(fields: Dict[str, Any]) -> Model:
        """Read the file's keys and values.

        Raises:
            MlplatException: the flavors or the signature are not what they must be.
        """
        flavors = fields.get("flavors")
        if flavors is None:
            flavors = {}
        if not isinstance(flavors, dict) or not all(isinstance(each, dict) for each in flavors.values()):
            raise MlplatException("'flavors' of an MLmodel file maps names to mappings")
        known = dict(fields, flavors=flavors)
        known.pop("self", None)
        if known.get("signature") is not None:
            from mlplat.models.signature import ModelSignature

            known["signature"] = ModelSignature.from_dict(known["signature"])
        return Model(**{str(name): value for name, value in known.items()})

    @staticmethod
    def load(path: Any) -> Model:
        """Read the file of a model.

        Args:
            path: of the file, of its folder, or the address of a model (`models:/…`, `runs:/…`).

        Raises:
            MlplatException: there is no such file, or it is no MLmodel file.
        """
        from mlplat.models.address import local_folder

        text = os.fspath(path)
        if os.path.isfile(text):
            return read_file(text)
        folder = local_folder(text)
        if folder is not None:
            return read_file(os.path.join(folder, FILE_NAME))
        from mlplat.models.download import read_one

        return _read_text(read_one(text, FILE_NAME)[:MAX_BYTES], text)

    def get_model_info(self) -> ModelInfo:
        """Return this as what `log_model` returns."""
        from mlplat.models.info import info_of

        return info_of(self)

    def get_input_schema(self) -> Any:
        """Return the schema of what goes in, or None."""
        return None if self.signature is None else self.signature.inputs

    def get_output_schema(self) -> Any:
        """Return the schema of what comes out, or None."""
        return None if self.signature is None else self.signature.outputs

    def get_params_schema(self) -> Any:
        """Return the schema of the parameters, or None."""
        return None if self.signature is None else self.signature.params

    def load_input_example(self, path: Any) -> Any:
        """Return the input example that a model was saved with, without its parameters; None where there is none.

        Args:
            path: of the model's folder, or its address. Data frames need pandas, arrays numpy.
        """
        from mlplat.models.address import fetch
        from mlplat.models.example import load_example

        found = load_example(fetch(path), self.saved_input_example_info)
        return None if found is None else found[0]


def read_file(path: str) -> Model:
    """Read an MLmodel file; MlplatException when there is none or it is none."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES)
    except OSError as error:
        raise MlplatException(f"there is no model at {os.path.dirname(path)}: {error}", NOT_FOUND) from error
    return _read_text(content, path)


def _read_text(content: bytes, place: str) -> Model:
    """Read what an MLmodel file holds; MlplatException, which names the place, when it is none."""
    try:
        fields = parse(content.decode("utf-8"))
        if isinstance(fields, dict):
            return Model.from_dict(fields)
    except UnicodeDecodeError as error:
        raise MlplatException(f"{place} is no MLmodel file: {error}") from error
    except MlplatException as error:
        raise MlplatException(f"{place}: {error.message}") from error
    raise MlplatException(f"{place} is no MLmodel file: it holds no keys")


def _now() -> str:
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
