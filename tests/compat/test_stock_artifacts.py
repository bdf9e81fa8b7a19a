"""The stock client's ways for large files: parts up, parts down."""

from pathlib import Path

import pytest

from tests.compat.conftest import Tracking, run_script
from tests.server.conftest import SECRET

pytestmark = pytest.mark.slow

SMALL_PARTS = {
    "MLFLOW_TRACKING_TOKEN": SECRET,
    "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": str(6 << 20),
    "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(5 << 20),
    "MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE": str(4 << 20),
}


@pytest.mark.parametrize("forced", [True, False], ids=["forced", "as the server says"])
def test_large_files_in_parts(stock_python: Path, tracking: Tracking, tmp_path: Path, forced: bool) -> None:
    wanted = {f"MLFLOW_ENABLE_PROXY_MULTIPART_{way}": "true" for way in ("UPLOAD", "DOWNLOAD")} if forced else {}
    run_id = run_script(stock_python, "large_artifacts", tracking, tmp_path, **SMALL_PARTS, **wanted)
    folder = tracking.home / "artifacts" / tracking.store.get_run(run_id).info.experiment_id / run_id / "artifacts"
    copies = [folder / path for path in ("big.bin", "sub/folder/big.bin", "tree/big.bin")]
    assert len({path.stat().st_ino for path in copies}) == 1
    assert any("/api/1/multipart/" in path for path, _ in tracking.statuses) == forced
    assert any("/mlflow-artifacts/presigned/" in path for path, _ in tracking.statuses)
    assert 206 in {status for _, status in tracking.statuses}
    assert tracking.retried == []
