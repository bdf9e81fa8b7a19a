"""What a model takes or gives: columns or tensors. In: specifications, JSON. Out: schemas that compare, print, save.

The JSON is MLflow's: a list of columns `{"type", "name", "required"}` or of tensors
`{"name", "type": "tensor", "tensor-spec": {"dtype", "shape"}}`.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Sequence, Tuple, Union

from mlplat.exceptions import MlplatException
from mlplat.models.data_types import DataType, ValueType, is_required, type_from_dict, type_of


class ColSpec:
    """One column.

    Args:
        type: its data type, or that type's name.
        name: its name; None where the data has one column without a name.
        required: whether every input has it.
    """

    def __init__(self, type: Any, name: Any = None, required: bool = True) -> None:
        self._type = type_of(type)
        self._name = name
        self._required = bool(required)

    @property
    def type(self) -> ValueType:
        """The data type."""
        return self._type

    @property
    def name(self) -> Any:
        """The name, or None."""
        return self._name

    @property
    def required(self) -> bool:
        """Whether every input has it."""
        return self._required

    def to_dict(self) -> Dict[str, Any]:
        """Return the column as a signature's JSON has it."""
        named = {} if self.name is None else {"name": self.name}
        return {**self.type.to_dict(), **named, "required": self.required}

    @classmethod
    def from_json_dict(cls, **fields: Any) -> ColSpec:
        """Return the column that a dict of a signature's JSON describes."""
        name = fields.get("name")
        return cls(type_from_dict(fields), _tuple_name(name), is_required(fields))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColSpec) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.name, self.required, self.type))

    def __repr__(self) -> str:
        need = "required" if self.required else "optional"
        return f"{self.type!r} ({need})" if self.name is None else f"{self.name!r}: {self.type!r} ({need})"


def _tuple_name(name: Any) -> Any:
    """Return the name of a column of several levels as pandas has it, a tuple."""
    return tuple(name) if isinstance(name, list) else name


class TensorSpec:
    """One array.

    Args:
        type: its dtype: numpy's, or its name; text and bytes of any width are "str" and "bytes".
        shape: the length of each dimension, -1 where it varies.
        name: its name where there are several arrays.
    """

    def __init__(self, type: Any, shape: Sequence[int], name: Any = None) -> None:
        self.dtype = _dtype_name(type)
        self._shape = _checked_shape(shape)
        self._name = name

    @property
    def type(self) -> Any:
        """The dtype of numpy."""
        import numpy

        return numpy.dtype(self.dtype)

    @property
    def shape(self) -> Tuple[int, ...]:
        """The length of each dimension, -1 where it varies."""
        return self._shape

    @property
    def name(self) -> Any:
        """The name, or None."""
        return self._name

    @property
    def required(self) -> bool:
        """True: every tensor of a schema has to be there."""
        return True

    def to_dict(self) -> Dict[str, Any]:
        """Return the tensor as a signature's JSON has it."""
        named = {} if self.name is None else {"name": self.name}
        return {**named, "type": "tensor", "tensor-spec": {"dtype": self.dtype, "shape": list(self.shape)}}

    @classmethod
    def from_json_dict(cls, **fields: Any) -> TensorSpec:
        """Return the tensor that a dict of a signature's JSON describes."""
        spec = fields.get("tensor-spec")
        if not isinstance(spec, dict) or "dtype" not in spec or "shape" not in spec:
            raise MlplatException(f"a tensor of a signature has a `tensor-spec` with `dtype` and `shape`, not {spec!r}")
        return cls(spec["dtype"], spec["shape"], fields.get("name"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.name, self.dtype, self.shape))

    def __repr__(self) -> str:
        spec = f"Tensor({self.dtype!r}, {self.shape})"
        return spec if self.name is None else f"{self.name!r}: {spec}"


_SIZELESS = {"U": "str", "S": "bytes"}


def _dtype_name(given: Any) -> str:
    if isinstance(given, str):
        return given
    kind = getattr(given, "kind", None)
    if kind is None:
        import numpy

        try:
            given = numpy.dtype(given)
        except TypeError as error:
            raise MlplatException(f"the type of a tensor is a dtype of numpy, not {given!r}") from error
        kind = given.kind
    return _SIZELESS.get(kind) or str(given.name)


def _checked_shape(shape: Any) -> Tuple[int, ...]:
    if not isinstance(shape, (list, tuple)) or not all(isinstance(each, int) for each in shape):
        raise MlplatException(f"the shape of a tensor is a tuple of whole numbers, not {shape!r}")
    return tuple(shape)


Spec = Union[ColSpec, TensorSpec]


class Schema:
    """The columns, or the tensors, of an input or output.

    Args:
        inputs: at least one; all columns or all tensors, all named (each name once) or one alone without a name.
    """

    def __init__(self, inputs: List[Any]) -> None:
        if not isinstance(inputs, list) or not inputs:
            raise MlplatException(f"a schema is a list of at least one ColSpec or TensorSpec, not {inputs!r}")
        kinds = {type(each) for each in inputs}
        if kinds not in ({ColSpec}, {TensorSpec}):
            raise MlplatException("a schema has ColSpec alone, or TensorSpec alone")
        names = [each.name for each in inputs]
        if None in names and len(names) > 1 and (any(name is not None for name in names) or kinds == {TensorSpec}):
            raise MlplatException(f"of several inputs each has a name, or if they are columns none has one: {names}")
        self.inputs: List[Any] = inputs

    def input_dict(self) -> Dict[Any, Any]:
        """Return each column or tensor by its name, or by its place 0, 1, … where it has none."""
        return {index if each.name is None else each.name: each for index, each in enumerate(self.inputs)}

    def is_tensor_spec(self) -> bool:
        """Tell whether it has tensors, not columns."""
        return isinstance(self.inputs[0], TensorSpec)

    def has_input_names(self) -> bool:
        """Tell whether they have names."""
        return self.inputs[0].name is not None

    def input_names(self) -> List[Any]:
        """Return the names; the places 0, 1, … where they have none."""
        return [index if each.name is None else each.name for index, each in enumerate(self.inputs)]

    def required_input_names(self) -> List[Any]:
        """Return the names of what every input has."""
        return [name for name, each in self.input_dict().items() if each.required]

    def optional_input_names(self) -> List[Any]:
        """Return the names of what an input may leave out."""
        return [name for name, each in self.input_dict().items() if not each.required]

    def input_types(self) -> List[Any]:
        """Return the data types, or numpy's dtypes."""
        return [each.type for each in self.inputs]

    def input_types_dict(self) -> Dict[Any, Any]:
        """Return the types by name."""
        return {name: each.type for name, each in self.input_dict().items()}

    def numpy_types(self) -> List[Any]:
        """Return numpy's dtypes; every one is a scalar's or a tensor's."""
        return [each.to_numpy() if isinstance(each, DataType) else each for each in self.input_types()]

    def pandas_types(self) -> List[Any]:
        """Return the dtypes of columns of pandas; every one is a scalar's."""
        if self.is_tensor_spec():
            raise MlplatException("tensors are no columns of pandas")
        return [each.to_pandas() if isinstance(each, DataType) else "object" for each in self.input_types()]

    def to_dict(self) -> List[Dict[str, Any]]:
        """Return the list that a signature's JSON has."""
        return [each.to_dict() for each in self.inputs]

    def to_json(self) -> str:
        """Return the JSON."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, json_str: str) -> Schema:
        """Return the schema that JSON describes.

        Raises:
            MlplatException: it describes none.
        """
        return cls.from_list(loaded_list(json_str))

    @classmethod
    def from_list(cls, described: List[Dict[str, Any]]) -> Schema:
        """Return the schema that a list of a signature's JSON describes."""
        return cls(
            [
                TensorSpec.from_json_dict(**each) if each.get("type") == "tensor" else ColSpec.from_json_dict(**each)
                for each in described
            ]
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.inputs == other.inputs

    def __hash__(self) -> int:
        return hash(tuple(self.inputs))

    def __repr__(self) -> str:
        return repr(self.inputs)


def loaded_list(text: Any) -> List[Dict[str, Any]]:
    """Return the list of objects that a text of JSON holds.

    Raises:
        MlplatException: it holds something else.
    """
    try:
        described = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise MlplatException(f"a schema is a text of JSON: {error}") from error
    if not isinstance(described, list) or not all(isinstance(each, dict) for each in described):
        raise MlplatException("a schema's JSON is a list of objects")
    return described
