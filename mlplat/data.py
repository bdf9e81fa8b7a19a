"""Data that runs read. In: files, arrays, data frames. Out: datasets with a name, a digest and where they came from.

A digest is of the content: the same data has the same digest on every machine. What it is made of: SHA-256 over the
bytes of a file, over shape, type and bytes of an array, over the columns and values of a data frame; 8 hex digits of
it, as MLflow has them.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import Any, Dict, Optional

from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.input_entities import Dataset

DIGEST_CHARACTERS = 8
CHUNK = 1 << 20

__all__ = ["Dataset", "from_file", "from_numpy", "from_pandas"]


def from_file(path: Any, name: Optional[str] = None, digest: Optional[str] = None) -> Dataset:
    """Describe a file; its profile has its size in bytes and its whole SHA-256.

    Raises:
        MlplatException: it cannot be read.
    """
    local = os.path.abspath(os.fspath(path))
    hashed = sha256()
    try:
        with open(local, "rb") as file:
            for chunk in iter(lambda: file.read(CHUNK), b""):
                hashed.update(chunk)
        size = os.path.getsize(local)
    except OSError as error:
        raise MlplatException(f"cannot read {local}: {error}", NOT_FOUND) from error
    profile = {"size": size, "sha256": hashed.hexdigest()}
    return _dataset(name or os.path.basename(local), digest or hashed.hexdigest(), local, None, profile)


def from_numpy(
    features: Any,
    source: Optional[str] = None,
    targets: Any = None,
    name: Optional[str] = None,
    digest: Optional[str] = None,
) -> Dataset:
    """Describe an array of numpy or a sparse matrix of scipy, and one of targets; source is where they came from."""
    hashed = sha256()
    schema: Dict[str, Any] = {}
    for role, array in (("features", features), ("targets", targets)):
        if array is not None:
            schema[role] = {"dtype": str(array.dtype), "shape": list(array.shape)}
            hashed.update(json.dumps(schema[role]).encode())
            for part in _parts(array):
                hashed.update(part.tobytes() if part.dtype != object else repr(part.tolist()).encode())
    profile = {"features_shape": list(features.shape), "features_size": int(features.size)}
    return _dataset(name or "dataset", digest or hashed.hexdigest(), source, {"numpy": schema}, profile)


def _parts(array: Any) -> Any:
    """Return the arrays that an array consists of: itself, or those of a sparse matrix in rows."""
    if not hasattr(array, "tocsr"):
        return (array,)
    rows = array.tocsr()
    return rows.indptr, rows.indices, rows.data


def from_pandas(
    df: Any,
    source: Optional[str] = None,
    targets: Optional[str] = None,
    name: Optional[str] = None,
    digest: Optional[str] = None,
    predictions: Optional[str] = None,
) -> Dataset:
    """Describe a data frame of pandas; targets and predictions are names of columns, source is where it came from.

    Raises:
        MlplatException: it has no such column.
    """
    import pandas

    for role, column in (("targets", targets), ("predictions", predictions)):
        if column is not None and column not in df.columns:
            raise MlplatException(f"{role}={column!r}: the data frame has no such column")
    hashed = sha256(json.dumps([[str(column), str(kind)] for column, kind in df.dtypes.items()]).encode())
    hashed.update(pandas.util.hash_pandas_object(df).to_numpy().tobytes())
    columns = [{"name": str(column), "type": str(kind)} for column, kind in df.dtypes.items()]
    profile = {"num_rows": len(df), "num_elements": int(df.size)}
    schema: Dict[str, Any] = {"columns": columns}
    schema.update({role: each for role, each in (("targets", targets), ("predictions", predictions)) if each})
    return _dataset(name or "dataset", digest or hashed.hexdigest(), source, schema, profile)


def _dataset(
    name: str, digest: str, source: Optional[str], schema: Optional[Dict[str, Any]], profile: Dict[str, Any]
) -> Dataset:
    described: Dict[str, Any] = {"uri": source}
    if source is None:
        source_type, described = "code", {"tags": {}}
    elif "://" in source:
        source_type = source.partition("://")[0]
    else:
        source_type = "local"
    return Dataset(
        name,
        digest[:DIGEST_CHARACTERS],
        source_type,
        json.dumps(described),
        None if schema is None else json.dumps(schema),
        json.dumps(profile),
    )
