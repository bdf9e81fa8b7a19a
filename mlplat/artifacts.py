"""Files that a run keeps. In: files, folders, texts, dicts, figures. Out: bytes staged on the local disk.

A call returns when the bytes are in a file of their own beside the journal: the script may then change its own.
"""

from __future__ import annotations

import os
import posixpath
from typing import Any, Dict, Iterator, List, Optional, Tuple

from mlplat.entities import FileInfo
from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.live_run import ActiveRunInfo
from mlplat.rules import artifact_path as checked
from mlplat.run_writer import RunWriter
from mlplat.runs import active_run, start_run, writer_of

FICLONE = 0x40049409
"""Linux: make a file share another one's blocks until either changes."""
YAML_SUFFIXES = (".yml", ".yaml")


def log_artifact(local_path: Any, artifact_path: Optional[str] = None, run_id: Optional[str] = None) -> None:
    """Keep a file, or a folder with all that is in it.

    Args:
        artifact_path: folder below the run's artifacts; the file keeps its own name in it.

    Raises:
        MlplatException: there is no such file, the place is not below the run's artifacts, or it cannot be copied.
    """
    local = os.fspath(local_path)
    name = os.path.basename(os.path.abspath(local))
    if os.path.isdir(local):
        log_artifacts(local, below(artifact_path, name), run_id)
        return
    _log_file(writer_of(run_id), local, below(artifact_path, name))


def log_artifacts(local_dir: Any, artifact_path: Optional[str] = None, run_id: Optional[str] = None) -> None:
    """Keep every file in a folder and the folders below it; links to folders are not followed.

    Args:
        artifact_path: folder below the run's artifacts that takes them.

    A folder that is not there is a warning and no error, as it is in MLflow: the run that would fail is a long one.

    Raises:
        MlplatException: the place is not below the run's artifacts, or copying fails.
    """
    local = os.fspath(local_dir)
    writer = writer_of(run_id)
    if not os.path.isdir(local):
        import warnings

        warnings.warn(f"there is no folder {local}: nothing of it is kept", stacklevel=2)
    for path, place in files_in(local, artifact_path):
        _log_file(writer, path, place)


def files_in(local_dir: str, artifact_path: Optional[str]) -> Iterator[Tuple[str, str]]:
    """Yield every file in a folder and the folders below it, and its place below a run's artifacts.

    Raises:
        MlplatException: the place is not below the run's artifacts.
    """
    for folder, inner, names in os.walk(local_dir):
        inner.sort()
        relative = os.path.relpath(folder, local_dir).replace(os.sep, "/")
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path):  # neither a pipe nor a link to nothing
                yield path, below(artifact_path, posixpath.join(relative, name))


def below(folder: Optional[str], name: str) -> str:
    """Return the place of a file in a folder below a run's artifacts; MlplatException when it is none."""
    return checked(posixpath.join(folder, name) if folder else name)


def _log_file(writer: RunWriter, local: str, path: str) -> None:
    if not os.path.isfile(local):
        raise MlplatException(f"there is no file {local}", NOT_FOUND)
    writer.log_file(path, lambda target: _copy(local, target))


def _copy(source: str, target: str) -> None:
    """Copy content, by sharing its blocks where the file system can."""
    with open(source, "rb") as read, open(target, "xb") as write:
        try:
            from fcntl import ioctl

            ioctl(write.fileno(), FICLONE, read.fileno())
        except (ImportError, OSError):
            from shutil import copyfileobj

            copyfileobj(read, write, 1 << 20)


def log_text(text: str, artifact_file: str, run_id: Optional[str] = None) -> None:
    """Keep a text as the file `artifact_file`, in UTF-8."""
    writer_of(run_id).log_bytes(checked(artifact_file), text.encode("utf-8", "backslashreplace"))


def log_dict(dictionary: Dict[str, Any], artifact_file: str, run_id: Optional[str] = None) -> None:
    """Keep a dict or list: as YAML where the file's name ends with .yml or .yaml, else as JSON."""
    log_text(dict_text(dictionary, artifact_file), artifact_file, run_id)


def dict_text(dictionary: Any, artifact_file: str) -> str:
    """Return a dict or list as the text of the file that is to hold it."""
    from mlplat.plain import indented_json

    return _yaml(dictionary) if artifact_file.endswith(YAML_SUFFIXES) else indented_json(dictionary)


def _yaml(value: Any) -> str:
    """Return YAML, which JSON is too where PyYAML is not there."""
    from mlplat.plain import indented_json

    try:
        import yaml
    except ImportError:
        return indented_json(value)
    try:
        text: str = yaml.safe_dump(value, default_flow_style=False, sort_keys=False, allow_unicode=True)
    except yaml.YAMLError:  # it holds numbers of numpy or the like, which JSON makes plain
        plain = yaml.safe_load(indented_json(value))
        text = yaml.safe_dump(plain, default_flow_style=False, sort_keys=False, allow_unicode=True)
    return text


def get_artifact_uri(artifact_path: Optional[str] = None) -> str:
    """Return the address of the current run's artifacts, or of one of them; a run is started where there is none."""
    info: ActiveRunInfo = (active_run() or start_run()).info
    root: str = info.artifact_uri
    return posixpath.join(root, checked(artifact_path)) if artifact_path else root


def download_artifacts(
    artifact_uri: Optional[str] = None,
    run_id: Optional[str] = None,
    artifact_path: Optional[str] = None,
    dst_path: Optional[str] = None,
) -> str:
    """Bring a run's file, or a folder with all below it, to this machine and return where it lies now.

    Args:
        artifact_uri: `runs:/<run>/<path>`, or else run_id and artifact_path (all of the run's artifacts without one).
        dst_path: folder that takes it; a new temporary one unless given.

    Raises:
        MlplatException: neither or both are given, or there is no such artifact.
    """
    from mlplat.client import MlplatClient

    run, path = _place(artifact_uri, run_id, artifact_path)
    if dst_path is not None:
        os.makedirs(dst_path, exist_ok=True)
    return MlplatClient().download_artifacts(run, path, dst_path)


def list_artifacts(
    artifact_uri: Optional[str] = None, run_id: Optional[str] = None, artifact_path: Optional[str] = None
) -> List[FileInfo]:
    """List one folder of a run's artifacts; arguments as for `download_artifacts`."""
    from mlplat.client import MlplatClient

    run, path = _place(artifact_uri, run_id, artifact_path)
    return MlplatClient().list_artifacts(run, path or None)


def load_text(artifact_uri: str) -> str:
    """Return the text of the artifact at `runs:/<run>/<path>`."""
    return _content(artifact_uri).decode("utf-8")


def load_dict(artifact_uri: str) -> Any:
    """Return what the JSON artifact at `runs:/<run>/<path>` holds; MlplatException when it is no JSON."""
    import json

    try:
        return json.loads(_content(artifact_uri))
    except ValueError as error:
        raise MlplatException(f"{artifact_uri} is no JSON: {error}") from error


def _content(uri: str) -> bytes:
    from mlplat.reader import open_reader

    content = open_reader().read_artifact(*_place(uri, None, None))
    if content is None:
        raise MlplatException(f"there is no artifact {uri}", NOT_FOUND)
    return content


def _place(uri: Optional[str], run_id: Optional[str], path: Optional[str]) -> Tuple[str, str]:
    if (uri is None) == (run_id is None):
        raise MlplatException("name either artifact_uri or run_id")
    if run_id is not None:
        return run_id, path or ""
    scheme, _, rest = str(uri).partition(":/")
    if scheme != "runs" or path:
        raise MlplatException(f"an artifact's address is runs:/<run>/<path>, not {uri!r}")
    run, _, inner = rest.strip("/").partition("/")
    return run, inner
