"""What nobody goes on with is removed, and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

from mlplat_cli.artifacts import Layout
from mlplat_cli.artifacts.multipart import MultipartUpload
from mlplat_cli.artifacts.resumable import UPLOADS_FOLDER, ResumableUpload
from mlplat_cli.artifacts.sweeping import UPLOAD_SECONDS, sweep


def aged(*paths: Path) -> None:
    long_ago = time.time() - UPLOAD_SECONDS - 60
    for path in paths:
        os.utime(path, (long_ago, long_ago))


def test_only_abandoned_uploads_are_removed(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.runs.write("1/r/artifacts/x", [b"kept"])
    uploads = layout.content.uploads
    for folder in (uploads, tmp_path / UPLOADS_FOLDER):
        ResumableUpload(folder, layout.runs, "1/old", digest="0" * 64, size=3).append(0, b"12")
        aged(*(path for path in folder.iterdir()))
        ResumableUpload(folder, layout.runs, "1/new", digest="0" * 64, size=3).append(0, b"12")
    begun = [MultipartUpload.begin(uploads, "1/r/x", 2) for _ in range(3)]
    with MultipartUpload(uploads, begun[2]).part(1) as part:
        part.write(b"1")
        part.commit()
    for name in (begun[0], begun[2]):
        aged(uploads / name / "plan", uploads / name)

    assert sweep(tmp_path) == 3
    assert len(list(uploads.iterdir())) == 3
    assert not (uploads / begun[0]).exists()
    assert len(list((tmp_path / UPLOADS_FOLDER).iterdir())) == 1
    assert (layout.runs.root / "1/r/artifacts/x").read_bytes() == b"kept"


def test_where_there_is_no_store_none_is_made(tmp_path: Path) -> None:
    assert sweep(tmp_path / "nothing") == 0
    assert not (tmp_path / "nothing").exists()
