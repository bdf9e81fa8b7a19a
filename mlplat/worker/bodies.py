"""A request's body where its rows are not plain columns. In: bytes, content type, signature. Out: data, parameters.

JSON is read as MLflow's scoring protocol has it: `dataframe_split` and `dataframe_records` become DataFrames,
`instances` and `inputs` arrays, or a dictionary of arrays by name; a body of a chat (`messages`, `prompt`, `input`) is
handed to the model as it is. CSV, Arrow's stream and Parquet become DataFrames.
"""

from __future__ import annotations

import io
import json
from typing import Any, Dict, Optional, Tuple

from mlplat.exceptions import MlplatException

JSON, CSV = "application/json", "text/csv"
ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"

FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
"""The fields of which a JSON body has one."""

CHAT = ("messages", "prompt", "input")
"""The fields by which a body is a chat's."""

_CSV_TYPES = {"double": "float64", "float": "float32", "string": str}
"""What a column is read as: "007" in one of texts is not 7, and 7 in one of floats is 7.0."""

_ARROW_TYPES = {"double": "double", "float": "float", "long": "int64", "integer": "int32"}
_NUMBERS = ("double", "float", "long", "integer")

SHOWN = 60
"""Characters of a wrong cell that an error shows."""

Data = Tuple[Any, Optional[Dict[str, Any]]]


def read_body(body: memoryview, content_type: str, signature: Any, takes_arrays: bool = False) -> Data:
    """Return what the model is to predict with, and parameters.

    Args:
        takes_arrays: whether an array does where a DataFrame would.

    Raises:
        MlplatException: the body is not of that type, does not fit the signature, or a library for it is missing.
    """
    from mlplat.models.enforcement import enforce_params, enforce_schema

    if content_type == JSON:
        data, params = _json(json.loads(bytes(body)))
    elif content_type == CSV:
        data, params = _csv(body, signature), None
    else:
        table = _arrow_table(body, content_type)
        array = _array_of(table, signature.inputs) if takes_arrays and signature is not None else None
        if array is not None:
            return array, enforce_params(None, signature.params)
        # Threads would wait for each other longer than they work, one request being as small as it is.
        data, params = table.to_pandas(use_threads=False), None
    if signature is None:
        return data, params
    from mlplat.models.wire_data import from_wire

    data = from_wire(data, signature.inputs) if content_type in (JSON, CSV) else data
    return enforce_schema(data, signature.inputs), enforce_params(params, signature.params)


def _json(content: Any) -> Data:
    if not isinstance(content, dict):
        raise MlplatException("the body is not a JSON object")
    given = [form for form in FORMS if form in content]
    if not given:
        return content, content.pop("params", None)
    form, params = given[0], content.get("params")
    if form.startswith("dataframe"):
        return _frame(form, content[form]), params
    return (_by_name(content[form]) if form == "instances" else _array(content[form])), params


def _frame(form: str, content: Any) -> Any:
    pandas = _pandas()
    try:
        if form == "dataframe_split":
            return pandas.DataFrame(content["data"], index=content.get("index"), columns=content.get("columns"))
        return pandas.DataFrame(content)
    except (ValueError, TypeError, KeyError) as error:
        raise MlplatException(f"{form} is not a table: {error}") from error


def _by_name(instances: Any) -> Any:
    """Turn a list of objects into arrays by name."""
    if not isinstance(instances, list):
        raise MlplatException("instances is not a list")
    if not instances or not all(isinstance(each, dict) for each in instances):
        return _array(instances)
    names = list(instances[0])
    if any(set(each) != set(names) for each in instances):
        raise MlplatException("instances do not all have the same fields")
    return {name: _array([each[name] for each in instances]) for name in names}


def _array(value: Any) -> Any:
    """Turn nested lists of numbers into arrays; leave everything else as it is."""
    if isinstance(value, dict):
        return {name: _array(each) for name, each in value.items()}
    if not isinstance(value, list) or any(isinstance(each, (dict, str)) for each in value):
        return value
    try:
        import numpy
    except ImportError:
        return value  # a model in an environment without numpy takes none of its arrays
    try:
        return numpy.asarray(value)
    except ValueError as error:
        raise MlplatException("the lists of one depth are not all of the same length") from error


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise MlplatException("tables are read with pandas, which the model's environment does not have") from error
    return pandas


def _csv(body: memoryview, signature: Any) -> Any:
    pandas = _pandas()
    kinds = {}
    if signature is not None and signature.inputs is not None and signature.inputs.has_input_names():
        kinds = {spec.name: getattr(spec.type, "name", "") for spec in signature.inputs.inputs}
    types = {name: _CSV_TYPES[kind] for name, kind in kinds.items() if kind in _CSV_TYPES}
    try:
        try:
            frame = pandas.read_csv(io.BytesIO(body), dtype=types or None)
        except ValueError:
            texts = {name: str for name in types if types[name] is str}
            frame = pandas.read_csv(io.BytesIO(body), dtype=texts, low_memory=False)
    except (ValueError, pandas.errors.ParserError) as error:
        raise MlplatException(f"the body is not a table in CSV: {error}") from error
    for name, kind in kinds.items():
        if kind in _NUMBERS and name in frame.columns:
            _require_numbers(name, frame[name])
    return frame


def _require_numbers(name: str, column: Any) -> None:
    """Look for the cell that is no number: one alone makes texts of all others, too.

    Raises:
        MlplatException: names the column and the row.
    """
    import pandas

    if pandas.api.types.is_numeric_dtype(column):
        return
    wrong = (pandas.to_numeric(column, errors="coerce").isna() & column.notna()).to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        raise MlplatException(f"column {name!r}, row {row}: {str(column.iloc[row])[:SHOWN]!r} is not a number")


def _arrow_table(body: memoryview, content_type: str) -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise MlplatException(f"{content_type} needs pyarrow, which is not in the model's environment") from error
    try:
        if content_type == ARROW:
            with pyarrow.ipc.open_stream(pyarrow.py_buffer(body)) as reader:
                return reader.read_all()
        from pyarrow import parquet

        return parquet.read_table(pyarrow.BufferReader(pyarrow.py_buffer(body)), use_threads=False)
    except (pyarrow.ArrowException, OSError) as error:
        raise MlplatException(f"the body is not {content_type}: {error}") from error


def _array_of(table: Any, schema: Any) -> Any:
    """Return a table's numbers as the schema has them; None where a column is not exactly what the schema says."""
    if schema is None or not schema.has_input_names():
        return None
    specs = schema.inputs
    kinds = {_ARROW_TYPES.get(getattr(spec.type, "name", "")) for spec in specs}
    if len(kinds) != 1 or None in kinds or len(set(table.column_names)) != len(table.column_names):
        return None
    columns = [table.column(spec.name) for spec in specs if spec.name in table.column_names]
    if len(columns) != len(specs) or any(str(each.type) not in kinds or each.null_count for each in columns):
        return None
    import numpy

    return numpy.column_stack([each.to_numpy() for each in columns])
