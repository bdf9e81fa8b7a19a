"""The client's calls about files. In: local files, texts, paths. Out: bytes in the store when the call returns.

Figures, images and tables take the way of `mlplat.log_figure` and its kin: through the journal of this process.
"""

from __future__ import annotations

import io
import os
import posixpath
import shutil
import tempfile
from typing import IO, Any, Dict, Iterable, List, Optional, Tuple

from mlplat.artifacts import below, dict_text, files_in
from mlplat.client.runs import RunCalls
from mlplat.entities import FileInfo
from mlplat.exceptions import NOT_FOUND, MlplatException
from mlplat.location import get_tracking_uri
from mlplat.rules import artifact_path as checked

CHUNK = 1 << 20


class ArtifactCalls(RunCalls):
    """Artifacts of runs; every method raises MlplatException when the store refuses."""

    def list_artifacts(self, run_id: str, path: Optional[str] = None) -> List[FileInfo]:
        """List one folder of a run's artifacts; a folder that is not there, or a file, has nothing in it."""
        try:
            found = self._ask("GET", "artifacts/list", run_id=run_id, path=path)
        except MlplatException as error:
            if error.error_code == NOT_FOUND and path:
                return []
            raise
        return [FileInfo.from_json(each) for each in found.get("files", ())]

    def download_artifacts(self, run_id: str, path: str, dst_path: Optional[str] = None) -> str:
        """Bring a file, or a folder with all below it, to this machine; an empty path means all.

        Args:
            dst_path: folder that takes it, which must be there; a new temporary one unless given.

        Returns:
            Where it lies now.
        """
        if dst_path is not None and not os.path.isdir(dst_path):
            raise MlplatException(f"there is no folder {dst_path} to download to")
        target = tempfile.mkdtemp() if dst_path is None else os.path.abspath(dst_path)
        root = self.get_run(run_id).info.artifact_uri
        inner = checked(path) if path else ""
        if not inner or not self._fetch(root, inner, target):
            files = self._files_below(run_id, inner)
            if inner and not files:
                raise MlplatException(f"the run {run_id} has no artifact {path!r}", NOT_FOUND)
            for each in files:
                self._fetch(root, checked(each), target)
        return os.path.join(target, *inner.split("/")) if inner else target

    def log_artifact(self, run_id: str, local_path: Any, artifact_path: Optional[str] = None) -> None:
        """Keep a file, or a folder with all that is in it, below the folder `artifact_path`."""
        local = os.fspath(local_path)
        name = os.path.basename(os.path.abspath(local))
        if os.path.isdir(local):
            self.log_artifacts(run_id, local, posixpath.join(artifact_path or "", name))
        elif not os.path.isfile(local):
            raise MlplatException(f"there is no file {local}", NOT_FOUND)
        else:
            self._save_files(run_id, [(local, below(artifact_path, name))])

    def log_artifacts(self, run_id: str, local_dir: Any, artifact_path: Optional[str] = None) -> None:
        """Keep every file in a folder and the folders below it."""
        local = os.fspath(local_dir)
        if not os.path.isdir(local):
            raise MlplatException(f"there is no folder {local}", NOT_FOUND)
        self._save_files(run_id, files_in(local, artifact_path))

    def log_text(self, run_id: str, text: str, artifact_file: str) -> None:
        """Keep a text as the file `artifact_file`, in UTF-8."""
        self.log_stream(run_id, io.BytesIO(text.encode("utf-8", "backslashreplace")), artifact_file)

    def log_dict(self, run_id: str, dictionary: Dict[str, Any], artifact_file: str) -> None:
        """Keep a dict or list: as YAML where the file's name ends with .yml or .yaml, else as JSON."""
        self.log_text(run_id, dict_text(dictionary, artifact_file), artifact_file)

    def log_stream(self, run_id: str, stream: IO[bytes], artifact_file: str) -> None:
        """Keep what a stream of bytes holds as the file `artifact_file`."""
        self._reader.save_artifact(self.get_run(run_id).info.artifact_uri, checked(artifact_file), stream)

    def log_figure(
        self, run_id: str, figure: Any, artifact_file: str, *, save_kwargs: Optional[Dict[str, Any]] = None
    ) -> None:
        """Keep a figure; see `mlplat.log_figure`."""
        from mlplat.figures import log_figure

        self._require_own_store("log_figure")
        log_figure(figure, artifact_file, save_kwargs, run_id=run_id)

    def log_image(
        self,
        run_id: str,
        image: Any,
        artifact_file: Optional[str] = None,
        key: Optional[str] = None,
        step: Optional[int] = None,
        timestamp: Optional[int] = None,
        synchronous: Optional[bool] = None,
    ) -> None:
        """Keep an image; see `mlplat.log_image`."""
        from mlplat.images import log_image

        self._require_own_store("log_image")
        log_image(image, artifact_file, key, step, timestamp, run_id=run_id)

    def log_table(self, run_id: str, data: Any, artifact_file: str) -> None:
        """Append rows to a table; see `mlplat.log_table`."""
        from mlplat.tables import log_table

        self._require_own_store("log_table")
        log_table(data, artifact_file, run_id)

    def _require_own_store(self, call: str) -> None:
        if self._tracking_uri not in (None, get_tracking_uri()):
            raise MlplatException(
                f"{call} writes to the store that this process logs to; call mlplat.set_tracking_uri"
                f"({self._tracking_uri!r}) first"
            )

    def _save_files(self, run_id: str, files: Iterable[Tuple[str, str]]) -> None:
        root = self.get_run(run_id).info.artifact_uri
        for local, path in files:
            with open(local, "rb") as stream:
                self._reader.save_artifact(root, path, stream)

    def _fetch(self, root: str, path: str, target: str) -> bool:
        """Bring one file below the folder `target`, whole or not at all; False when there is none."""
        stream = self._reader.open_artifact(root, path)
        if stream is None:
            return False
        place = os.path.join(target, *path.split("/"))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with stream, tempfile.NamedTemporaryFile(dir=os.path.dirname(place), delete=False) as part:
            try:
                shutil.copyfileobj(stream, part, CHUNK)
            except BaseException:
                os.unlink(part.name)
                raise
        os.replace(part.name, place)
        return True

    def _files_below(self, run_id: str, folder: str) -> List[str]:
        found: List[str] = []
        for each in self.list_artifacts(run_id, folder or None):
            if each.is_dir:
                found += self._files_below(run_id, each.path)
            else:
                found.append(each.path)
        return found
