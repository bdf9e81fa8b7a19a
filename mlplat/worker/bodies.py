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

Data = Tuple[Any, Optional[Dict[str, Any]]]


def read_body(body: memoryview, content_type: str, signature: Any) -> Data:
    """Return what the model is to predict with, and parameters.

    Raises:
        MlplatException: the body is not of that type, does not fit the signature, or a library for it is missing.
    """
    if content_type == JSON:
        data, params = _json(json.loads(bytes(body)))
    elif content_type == CSV:
        data, params = _csv(body, signature), None
    else:
        data, params = _arrow(body, content_type), None
    if signature is None:
        return data, params
    from mlplat.models.enforcement import enforce_params, enforce_schema
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
    import pandas

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
    import numpy

    try:
        return numpy.asarray(value)
    except ValueError as error:
        raise MlplatException("the lists of one depth are not all of the same length") from error


def _csv(body: memoryview, signature: Any) -> Any:
    import pandas

    types = {}
    if signature is not None and signature.inputs is not None and signature.inputs.has_input_names():
        for spec in signature.inputs.inputs:
            kind = _CSV_TYPES.get(getattr(spec.type, "name", ""))
            if kind is not None:
                types[spec.name] = kind
    try:
        try:
            return pandas.read_csv(io.BytesIO(body), dtype=types or None)
        except ValueError:
            # The schema's enforcement says in which column and row it is.
            return pandas.read_csv(io.BytesIO(body), dtype={name: str for name in types if types[name] is str})
    except (ValueError, pandas.errors.ParserError) as error:
        raise MlplatException(f"the body is not a table in CSV: {error}") from error


def _arrow(body: memoryview, content_type: str) -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise MlplatException(f"{content_type} needs pyarrow, which is not in the model's environment") from error
    try:
        if content_type == ARROW:
            with pyarrow.ipc.open_stream(pyarrow.py_buffer(body)) as reader:
                return reader.read_pandas()
        from pyarrow import parquet

        return parquet.read_table(pyarrow.BufferReader(pyarrow.py_buffer(body))).to_pandas()
    except (pyarrow.ArrowException, OSError) as error:
        raise MlplatException(f"the body is not {content_type}: {error}") from error
