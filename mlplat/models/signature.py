"""What a model takes and gives, and its parameters. In: samples, or schemas. Out: the signature that MLmodel holds."""

from __future__ import annotations

from typing import Any, Dict, Optional

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import AnyType
from mlplat.models.param_schema import ParamSchema
from mlplat.models.schema import ColSpec, Schema


class ModelSignature:
    """A model's inputs, outputs and parameters.

    Args:
        inputs: the schema of what it takes.
        outputs: the schema of what it gives.
        params: the schema of the parameters of a prediction.

    Raises:
        ValueError: there is none of them.
        MlplatException: one is no schema.
    """

    def __init__(
        self, inputs: Optional[Schema] = None, outputs: Optional[Schema] = None, params: Optional[ParamSchema] = None
    ) -> None:
        for name, given, kind in (("inputs", inputs, Schema), ("outputs", outputs, Schema),
                                  ("params", params, ParamSchema)):  # fmt: skip
            if given is not None and not isinstance(given, kind):
                raise MlplatException(f"{name} of a signature is a {kind.__name__}, not a {type(given).__name__}")
        if inputs is None and outputs is None and params is None:
            raise ValueError("a signature has inputs, outputs or params")
        self.inputs = inputs
        self.outputs = outputs
        self.params = params

    def to_dict(self) -> Dict[str, Any]:
        """Return what MLmodel holds: JSON texts of inputs, outputs and params, or None."""
        parts = {"inputs": self.inputs, "outputs": self.outputs, "params": self.params}
        return {name: None if each is None else each.to_json() for name, each in parts.items()}

    @classmethod
    def from_dict(cls, signature_dict: Dict[str, Any]) -> ModelSignature:
        """Return the signature that MLmodel holds.

        Raises:
            MlplatException: it is none.
            ValueError: it is empty.
        """
        inputs, outputs, params = (signature_dict.get(name) for name in ("inputs", "outputs", "params"))
        return cls(
            Schema.from_json(inputs) if inputs else None,
            Schema.from_json(outputs) if outputs else None,
            ParamSchema.from_json(params) if params else None,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelSignature) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.inputs, self.outputs, self.params))

    def __repr__(self) -> str:
        return f"inputs: \n  {self.inputs!r}\noutputs: \n  {self.outputs!r}\nparams: \n  {self.params!r}\n"


def infer_signature(
    model_input: Any = None, model_output: Any = None, params: Optional[Dict[str, Any]] = None
) -> ModelSignature:
    """Return the signature that samples have.

    Args:
        model_input: a data frame or series of pandas, an array, a sparse matrix, a dict of arrays, lists or scalars, a
            list of dicts, of lists or of scalars, or one scalar.
        model_output: what the model makes of it, of the same kinds.
        params: the defaults of the parameters: scalars, lists of scalars or dicts.

    Raises:
        MlplatException: a parameter is of another kind.
        ValueError: there is neither input nor output nor a parameter.
    """
    return ModelSignature(
        None if model_input is None else _schema(model_input, "inputs"),
        None if model_output is None else _schema(model_output, "outputs"),
        _params(params) if params else None,
    )


def _schema(data: Any, what: str) -> Schema:
    """Return data's schema; one of any type, and a warning, where no other describes it."""
    import warnings

    from mlplat.models.inference import has_integers, schema_of

    try:
        schema = schema_of(data)
    except MlplatException as error:
        warnings.warn(f"the {what} of the model are not checked, since {error.message}", stacklevel=4)
        return Schema([ColSpec(AnyType())])
    if has_integers(schema):
        warnings.warn(
            f"the {what} have columns of whole numbers, which cannot be missing in pandas: where they may be missing, "
            "cast them to float64 before the signature is inferred",
            stacklevel=4,
        )
    return schema


def _params(params: Any) -> ParamSchema:
    from mlplat.models.param_inference import schema_of_params

    return schema_of_params(params)
