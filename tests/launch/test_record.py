"""The runner's journal when the disk fills up and is cleared again, in a process with a limit on its files."""

import subprocess
import sys
from pathlib import Path

from mlplat_cli.entities import RunStatus
from mlplat_cli.settings.address import find_store
from mlplat_cli.tracking.session import TrackingSession

SCRIPT = """
import resource, sys
from pathlib import Path
from mlplat_cli.entities import RunStatus
from mlplat_cli.launch.record import Recorder

recorder = Recorder(Path(sys.argv[1]), "f" * 32, experiment_id="0", run_name="n", user="u", tags={}, parameters={})
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
for step in range(100):
    recorder.metrics({"a": 1.0, "b": 2.0}, step, 1)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
recorder.metrics({"a": 5.0}, 1000, 1)
recorder.end(RunStatus.FINISHED, 0)
recorder.end(RunStatus.FAILED, 1)
"""


def test_a_record_that_was_torn_by_a_full_disk_damages_none_after_it(tmp_path: Path) -> None:
    address = find_store(str(tmp_path / ".mlplat"))
    subprocess.run([sys.executable, "-c", SCRIPT, str(address.journals)], check=True)
    with TrackingSession(address) as session:
        assert session.refresh().damaged == []
        run = session.store.get_run("f" * 32)
        steps = [point.step for point in session.store.metric_history("f" * 32, "a").items]
    assert run.info.status is RunStatus.FINISHED
    assert steps == [*range(len(steps) - 1), 1000]
