"""Tables. In: dicts of columns or data frames. Out: a JSON artifact that grows with every call."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, Optional

from mlplat.exceptions import MlplatException
from mlplat.plain import plain
from mlplat.reader import open_reader
from mlplat.rules import artifact_path
from mlplat.run_writer import RunWriter, Table
from mlplat.runs import writer_of

LOGGED_ARTIFACTS = "mlflow.loggedArtifacts"


def log_table(data: Any, artifact_file: str, run_id: Optional[str] = None) -> None:
    """Append rows to a table; the first call for a file name begins it.

    Args:
        data: a dict of columns (lists of one length, or single values) or a data frame of pandas; its images (of
            `mlplat.Image` or Pillow) are kept as files beside it.
        artifact_file: the table's place below the run's artifacts; its name ends with .json.

    Raises:
        MlplatException: it is no table, the name is no JSON file's, or what the store has under it cannot be read.
    """
    path = artifact_path(artifact_file)
    if not path.endswith(".json"):
        raise MlplatException(f"a table is kept as a .json file, not as {artifact_file!r}")
    added = _table(data, lambda image: _image_cell(writer_of(run_id), path, image))
    writer = writer_of(run_id)
    with writer.lock:
        before = writer.tables.get(path) or _stored_table(writer, path)
        table = _appended(before, added) if before else added
        text = json.dumps({"columns": table[0], "data": table[1]}, default=plain, ensure_ascii=False)
        writer.log_bytes(path, text.encode("utf-8", "backslashreplace"))
        writer.tables[path] = table
        _tag(writer, path)


def _table(data: Any, kept: Callable[[Any], Any]) -> Table:
    """Return columns and rows; `kept` makes a cell of an image."""
    if hasattr(data, "to_json") and hasattr(data, "columns"):
        framed = data.map(lambda cell: kept(cell) if _is_image(cell) else cell) if _holds_images(data) else data
        frame = json.loads(framed.to_json(orient="split", index=False, date_format="iso"))
        return [str(column) for column in frame["columns"]], frame["data"]
    if not isinstance(data, dict):
        raise MlplatException(f"a table is a dict of columns or a data frame, not a {type(data).__name__}")
    columns = {name: _column(values) for name, values in data.items()}
    lengths = {len(values) for values in columns.values() if values is not None}
    if len(lengths) > 1:
        raise MlplatException(f"the columns of a table have one length, not {sorted(lengths)}")
    rows = lengths.pop() if lengths else 1
    filled = [
        [_cell(value, kept) for value in ([data[name]] * rows if values is None else values)]
        for name, values in columns.items()
    ]
    return [str(name) for name in columns], [[values[row] for values in filled] for row in range(rows)]


def _is_image(value: Any) -> bool:
    """Tell one of ours or of Pillow's, without importing either."""
    return hasattr(value, "save") and (hasattr(value, "thumbnail") or hasattr(value, "to_pil"))


def _holds_images(frame: Any) -> bool:
    return any(_is_image(cell) for column in frame.columns for cell in frame[column][:1])


def _cell(value: Any, kept: Callable[[Any], Any]) -> Any:
    """Return a value as a table holds it: a number that JSON cannot say is null, as in a data frame."""
    if isinstance(value, float) and value - value != 0.0:
        return None
    if isinstance(value, (list, tuple)):
        return [_cell(each, kept) for each in value]
    if isinstance(value, dict):
        return {key: _cell(each, kept) for key, each in value.items()}
    return kept(value) if _is_image(value) else value


def _image_cell(writer: RunWriter, path: str, image: Any) -> Dict[str, str]:
    from mlplat.images import Image, log_with_preview, unique_name

    name = f"table_images/{path[: -len('.json')]}/{unique_name()}"
    cell = {"type": "image", "filepath": f"{name}.png"}
    if log_with_preview(writer, Image(image), name, name):
        cell["compressed_filepath"] = f"{name}.webp"
    return cell


def _column(values: Any) -> Optional[List[Any]]:
    """Return a column's values; None for a single value, which every row gets."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    return list(values) if isinstance(values, (list, tuple)) else None


def _appended(before: Table, added: Table) -> Table:
    """Return both tables' rows under the columns of either; a row without a column has null in it."""
    columns = before[0] + [column for column in added[0] if column not in before[0]]
    rows: List[List[Any]] = []
    for names, table_rows in (before, added):
        places = {name: index for index, name in enumerate(names)}
        order = [places.get(column) for column in columns]
        rows.extend([None if place is None else row[place] for place in order] for row in table_rows)
    return columns, rows


def _stored_table(writer: RunWriter, path: str) -> Optional[Table]:
    """Return what another process, or an earlier one, logged under the path."""
    if writer.fresh:
        return None
    content = open_reader().read_artifact(writer.run_id, path)
    if content is None:
        return None
    table: Dict[str, Any] = json.loads(content)
    return list(table["columns"]), list(table["data"])


def _tag(writer: RunWriter, path: str) -> None:
    known = writer.tags.get(LOGGED_ARTIFACTS)
    if known is None and not writer.fresh:
        run: Dict[str, Any] = open_reader().get_run(writer.run_id) or {}
        tags = run.get("data", {}).get("tags", ())
        known = next((tag["value"] for tag in tags if tag["key"] == LOGGED_ARTIFACTS), None)
    entries: List[Dict[str, str]] = json.loads(known) if known else []
    entry = {"path": path, "type": "table"}
    if entry not in entries:
        writer.set_tags({LOGGED_ARTIFACTS: json.dumps([*entries, entry])})
