"""An `mlruns/` folder made by hand, for what a real mlflow does not write: torn files, runs that grow, old layouts."""

from __future__ import annotations

from pathlib import Path

EXPERIMENT = "171717171717171717"
RUN = "0123456789abcdef0123456789abcdef"


class Folder:
    """One experiment with runs.

    Args:
        root: the `mlruns` folder.
    """

    def __init__(self, root: Path, name: str = "wines", number: str = EXPERIMENT) -> None:
        self.root = root
        self.home = root / number
        self.home.mkdir(parents=True)
        (root / ".trash").mkdir(exist_ok=True)
        (self.home / "meta.yaml").write_text(
            f"artifact_location: {self.home}\ncreation_time: 1600000000000\nexperiment_id: '{number}'\n"
            f"last_update_time: 1600000000001\nlifecycle_stage: active\nname: {name}\n"
        )

    def run(self, run_id: str = RUN, *, points: int = 10, status: int = 3, artifacts: str | None = None) -> Path:
        """Write a run; status 1 runs on, 3 is finished."""
        folder = self.home / run_id
        for inner in ("metrics", "params", "tags", "artifacts"):
            (folder / inner).mkdir(parents=True, exist_ok=True)
        (folder / "meta.yaml").write_text(
            f"artifact_uri: {artifacts or folder / 'artifacts'}\nend_time: {1600000009000 if status > 2 else 'null'}\n"
            f"experiment_id: '{self.home.name}'\nlifecycle_stage: active\nrun_id: '{run_id}'\nrun_name: first\n"
            f"start_time: 1600000000002\nstatus: {status}\nuser_id: ada\n"
        )
        lines = [f"{1600000000010 + step} {1 / (step + 1)} {step}\n" for step in range(points)]
        (folder / "metrics" / "loss").write_text("".join(lines))
        (folder / "params" / "depth").write_text("3")
        (folder / "tags" / "mlflow.runName").write_text("first")
        if artifacts is None:
            (folder / "artifacts" / "model.bin").write_bytes(bytes(range(256)) * 16)
        return folder
