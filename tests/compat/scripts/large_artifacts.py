"""Large files by the stock client: uploaded in parts, downloaded in parts."""

import os
import pathlib
import tempfile

import mlflow
from expect import report

folder = pathlib.Path(tempfile.mkdtemp())
content = os.urandom(11_000_001)
(folder / "tree" / "deep er").mkdir(parents=True)
(folder / "tree" / "big.bin").write_bytes(content)
(folder / "tree" / "deep er" / "ü 100%.bin").write_bytes(content[::-1])
(folder / "tree" / "small.txt").write_text("small")
(folder / "tree" / "empty").touch()

# Where it uploads in parts, the client itself cannot take a path that is no text.
named = str if "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD" in os.environ else pathlib.Path
with mlflow.start_run() as run:
    mlflow.log_artifact(named(folder / "tree" / "big.bin"))
    mlflow.log_artifact(named(folder / "tree" / "big.bin"), "sub/folder")
    mlflow.log_artifacts(folder / "tree", "tree")
run_id = run.info.run_id

whole = pathlib.Path(mlflow.artifacts.download_artifacts(run_id=run_id))
for path in ("big.bin", "sub/folder/big.bin", "tree/big.bin"):
    assert (whole / path).read_bytes() == content, path
assert (whole / "tree" / "deep er" / "ü 100%.bin").read_bytes() == content[::-1]
assert (whole / "tree" / "small.txt").read_text() == "small"
assert (whole / "tree" / "empty").read_bytes() == b""
one = mlflow.artifacts.download_artifacts(f"runs:/{run_id}/sub/folder/big.bin")
assert pathlib.Path(one).read_bytes() == content
report(run_id)
