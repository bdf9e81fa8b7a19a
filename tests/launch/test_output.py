"""The project's output, where it can be neither kept nor shown."""

import io
import os
from pathlib import Path

import pytest

from mlplat_cli.launch.output import OutputLog


def test_output_that_the_disk_does_not_take_is_still_shown_and_said_once() -> None:
    shown, advice = io.BytesIO(), []
    log = OutputLog(Path("/dev/full"), shown, shown, advice.append)
    log.write("stdout", b"one")
    log.write("stderr", b"two")
    log.close()
    assert shown.getvalue() == b"onetwo"
    (line,) = advice
    assert "No space left" in line


def test_output_is_kept_when_the_terminal_has_hung_up(tmp_path: Path) -> None:
    terminal, other_end = os.openpty()
    os.close(terminal)  # whoever writes to its other end now gets EIO
    with os.fdopen(other_end, "wb", buffering=0) as gone:
        with pytest.raises(OSError, match="Input/output"):
            gone.write(b"x")
        log = OutputLog(tmp_path / "output.log", gone, gone, pytest.fail)
        log.write("stdout", b"kept")
        log.close()
    assert (tmp_path / "output.log").read_bytes() == b"kept"
