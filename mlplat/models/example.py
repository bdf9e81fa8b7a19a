"""An example of a model's input. In: data as a user has it. Out: two JSON files, and what MLmodel says of them.

`input_example.json` holds the data, `serving_input_example.json` the body of a request that a server of the model
answers. The files, the keys and the forms are MLflow's; what is no data frame, array, dict or list is refused.
"""

from __future__ import annotations

import json
import os
from math import isnan
from typing import Any, Dict, Optional, Tuple

from mlplat.exceptions import MlplatException
from mlplat.plain import plain

DATA_FILE = "input_example.json"
REQUEST_FILE = "serving_input_example.json"
SPARSE = ("csc", "csr")
PAIR = 2


class Example:
    """An input example.

    Args:
        given: a data frame, an array, a sparse matrix, a dict, a list or a single value; or a pair of that and a dict
            of parameters.

    Attributes:
        data: without the parameters. params: None where there are none.

    Raises:
        MlplatException: it is nothing of these.
    """

    def __init__(self, given: Any) -> None:
        self.data, self.params = _apart(given)
        self.kind = _kind(self.data)

    def save(self, folder: str) -> Dict[str, Any]:
        """Write both files and return the value of `saved_input_example_info`."""
        stored = self._forms()[0]
        if self.params:
            stored = {"inputs": stored, "params": self.params}
        _write(os.path.join(folder, DATA_FILE), stored, None)
        _write(os.path.join(folder, REQUEST_FILE), self.request(), 2)
        info: Dict[str, Any] = {"artifact_path": DATA_FILE, "serving_input_path": REQUEST_FILE, "type": self.kind}
        if self.kind == "dataframe":
            info["pandas_orient"] = "split"
        if self.params:
            info["params"] = "true"
        return info

    def request(self) -> Dict[str, Any]:
        """Return the body of a request that asks a served model this."""
        request = self._forms()[1]
        return {**request, "params": self.params} if self.params else request

    def _forms(self) -> Tuple[Any, Dict[str, Any]]:
        """Return the data as it is stored, and as a request says it."""
        if self.kind == "dataframe":
            split = _split(self.data)
            return split, {"dataframe_split": split}
        if self.kind.startswith("sparse"):
            return _sparse(self.data), {"inputs": _listed(self.data.toarray())}
        data = _listed(self.data)
        return data, {"inputs": data}


def load_example(folder: str, info: Optional[Dict[str, Any]]) -> Optional[Tuple[Any, Optional[Dict[str, Any]]]]:
    """Return a stored example and its parameters, None where there is none; data frames need pandas, arrays numpy."""
    if not info:
        return None
    from mlplat.models.confined import inside

    with open(inside(folder, info["artifact_path"]), encoding="utf-8") as file:
        stored = json.load(file)
    kind = str(info.get("type"))
    if info.get("params") not in ("true", True) or not isinstance(stored, dict):
        return _built(stored, kind), None
    return _built(stored.get("inputs"), kind), stored.get("params")


def _apart(given: Any) -> Tuple[Any, Optional[Dict[str, Any]]]:
    if isinstance(given, tuple):
        if len(given) != PAIR or not isinstance(given[1], dict):
            raise MlplatException("an input example that is a tuple is a pair of data and a dict of parameters")
        return given[0], given[1]
    return given, None


def _kind(data: Any) -> str:
    name = f"{type(data).__module__.partition('.')[0]}.{type(data).__name__}"
    if name == "pandas.DataFrame":
        return "dataframe"
    if name == "numpy.ndarray":
        return "ndarray"
    if name.startswith("scipy.") and getattr(data, "format", None) in SPARSE:
        return f"sparse_matrix_{data.format}"
    if isinstance(data, dict) and data and all(type(each).__name__ == "ndarray" for each in data.values()):
        return "ndarray"
    if isinstance(data, (dict, list, str, bytes, int, float, bool)) or hasattr(data, "isoformat"):
        return "json_object"
    raise MlplatException(
        "an input example is a data frame, an array, a CSR or CSC matrix, a dict or a list, not a "
        f"{type(data).__name__}"
    )


def _split(frame: Any) -> Dict[str, Any]:
    """Return a data frame as columns and rows; what is missing is null."""
    rows = [[None if _missing(each) else each for each in row] for row in frame.itertuples(index=False, name=None)]
    columns = [each if isinstance(each, (str, int)) else plain(each) for each in frame.columns]
    return {"columns": columns, "data": rows}


def _missing(value: Any) -> bool:
    kind = type(value).__name__
    return kind in ("NaTType", "NAType") or (isinstance(value, float) and isnan(value))


def _listed(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _listed(value) for key, value in data.items()}
    return data.tolist() if hasattr(data, "tolist") else data


def _sparse(matrix: Any) -> Dict[str, Any]:
    return {
        "data": matrix.data.tolist(),
        "indices": matrix.indices.tolist(),
        "indptr": matrix.indptr.tolist(),
        "shape": list(matrix.shape),
    }


def _built(stored: Any, kind: str) -> Any:
    if kind == "dataframe":
        import pandas

        return pandas.DataFrame(stored["data"], columns=stored.get("columns"), index=stored.get("index"))
    if kind.startswith("sparse_matrix_"):
        from scipy import sparse

        make = sparse.csc_matrix if kind.endswith(SPARSE[0]) else sparse.csr_matrix
        return make((stored["data"], stored["indices"], stored["indptr"]), shape=stored["shape"])
    if kind == "ndarray":
        import numpy

        if isinstance(stored, dict):
            return {key: numpy.asarray(value) for key, value in stored.items()}
        return numpy.asarray(stored)
    return stored


def _write(path: str, value: Any, indent: Optional[int]) -> None:
    try:
        text = json.dumps(value, indent=indent, default=plain)
    except (TypeError, ValueError) as error:
        raise MlplatException(f"the input example cannot be written as JSON: {error}") from error
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
