"""The prediction log: what was answered is on disk, whatever happens to the process, the disk or the files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplat_cli.errors import StoreError
from mlplat_cli.serving.prediction_log import (
    Label,
    Prediction,
    PredictionLog,
    Retention,
    logged_models,
    read_labels,
    read_predictions,
    write_labels,
)

COLUMNS = ["a", "b"]


def fill(log: PredictionLog, count: int, model: str = "wine") -> None:
    for n in range(count):
        log.put(model, "3", COLUMNS, [[n, "x"]], [n], latency_ms=1.5, request_id=f"request-{n}")


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.segment"))


def ids(folder: Path, model: str = "wine", **window: int) -> list[str]:
    return [each.request_id for each in read_predictions(folder, model, **window)]


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_was_put_is_read_back(tmp_path: Path) -> None:
    before = int(time.time() * 1000)
    log = PredictionLog(tmp_path / "predictions")
    assert log.put(
        "a/b",
        None,
        None,
        b'{"inputs": [1]}',
        b'{"predictions": [2]}',
        latency_ms=0.25,
        request_id="one",
        content_type="application/json",
    )
    assert log.put(".wine é", "1", ("x",), {"x": [1.5, None]}, {"p": [True, "t"]}, latency_ms=7.0, request_id="two")
    log.close()

    first = list(read_predictions(tmp_path / "predictions", "a/b"))
    second = list(read_predictions(tmp_path / "predictions", ".wine é"))

    assert logged_models(tmp_path / "predictions") == [".wine é", "a/b"]
    assert before <= first[0].time <= time.time() * 1000
    assert first == [
        Prediction(
            first[0].time, "one", None, 0.25, None, b'{"inputs": [1]}', "application/json", b'{"predictions": [2]}'
        )
    ]
    assert second == [Prediction(second[0].time, "two", "1", 7.0, ["x"], {"x": [1.5, None]}, "", {"p": [True, "t"]})]
    assert log.figures.written == 2
    assert not log.put("a/b", None, None, [], [], latency_ms=0, request_id="late")


def test_a_killed_process_loses_nothing_that_was_written(tmp_path: Path) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom mlplat_cli.serving.prediction_log import PredictionLog\n"
        "log = PredictionLog(Path(sys.argv[1]))\nn = 0\n"
        "while True:\n"
        "    log.put('wine', '3', ['a'], [[n]], [n], latency_ms=1.0, request_id=str(n))\n    n += 1\n"
        "    if n % 100 == 0:\n        print(log.figures.written, flush=True)\n        time.sleep(0.001)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        written = 0
        while written < 3000:
            written = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)

    found = ids(tmp_path)

    assert len(found) >= written
    assert found == [str(n) for n in range(len(found))]


@pytest.mark.parametrize("cut", [1, 39, 200])
def test_a_torn_end_is_no_record_and_the_next_process_goes_on(tmp_path: Path, cut: int) -> None:
    for _ in range(2):
        log = PredictionLog(tmp_path)
        fill(log, 3)
        wait_for(lambda log=log: log.figures.written == 3)
        fill(log, 3)
        log.close()
    torn, whole = segments(tmp_path)
    os.truncate(torn, torn.stat().st_size - min(cut, 90))

    assert ids(tmp_path) == ["request-0", "request-1", "request-2"] * 3
    assert whole.exists()


def test_damage_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    for _ in range(2):
        log = PredictionLog(tmp_path)
        fill(log, 3)
        log.close()
    first, _ = segments(tmp_path)
    content = bytearray(first.read_bytes())
    content[-1] ^= 1
    first.write_bytes(content)
    (first.parent / "9-1-foreign.segment").write_bytes(b"something else")
    told: list[str] = []

    assert len(list(read_predictions(tmp_path, "wine", damaged=told.append))) == 3
    assert ["damaged" in each or "not a segment" in each for each in told] == [True, True]
    (first.parent / "1.labels").write_bytes(b"something else")
    with pytest.raises(StoreError, match="not a segment"):
        list(read_labels(tmp_path, "wine"))


def test_a_full_disk_is_survived(tmp_path: Path) -> None:
    program = (
        "import os, resource, sys, time\nfrom pathlib import Path\n"
        "from mlplat_cli.serving.prediction_log import PredictionLog\n"
        "def until(condition):\n    while not condition():\n        time.sleep(0.01)\n"
        "log = PredictionLog(Path(sys.argv[1]))\n"
        "log.put('wine', '1', None, [[1]], [1], latency_ms=1.0, request_id='before')\n"
        "until(lambda: log.figures.written == 1)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, resource.RLIM_INFINITY))\n"
        "log.put('wine', '1', None, os.urandom(20000), b'', latency_ms=1.0, request_id='too much')\n"
        "until(lambda: log.figures.failed == 1)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "log.put('wine', '1', None, [[2]], [2], latency_ms=1.0, request_id='after')\nlog.close()\nprint(log.figures)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "written=2, dropped=0, failed=1" in done.stdout
    assert ids(tmp_path) == ["before", "after"]


def test_a_folder_that_cannot_be_made_fails_no_request(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    log = PredictionLog(tmp_path / "file" / "predictions")

    assert log.put("wine", "1", None, [[1]], [1], latency_ms=1.0, request_id="one")
    log.close()

    assert (log.figures.failed, log.figures.written) == (1, 0)
    assert "file" in str(log.figures.error)


def test_a_model_may_be_called_anything(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path)
    for name in ("é" * 256, "..", "/etc/x", "a\0b"):
        fill(log, 1, name)
    log.close()

    assert [ids(tmp_path, name) for name in ("é" * 256, "..", "/etc/x", "a\0b")] == [["request-0"]] * 4


def test_what_the_queue_has_no_room_for_is_dropped_and_counted(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, queue_bytes=1000)

    assert not log.put("wine", "1", None, b"x" * 1001, b"", latency_ms=1.0, request_id="large")
    assert log.put("wine", "1", None, b"x" * 600, b"", latency_ms=1.0, request_id="one")
    assert not log.put("wine", "1", None, b"x" * 600, b"", latency_ms=1.0, request_id="two")
    wait_for(lambda: log.figures.written == 1)
    wait_for(lambda: log.put("wine", "1", None, b"x" * 600, b"", latency_ms=1.0, request_id="three"))
    log.close()

    assert ids(tmp_path) == ["one", "three"]
    assert log.figures.dropped >= 2
    assert f'mlplat_prediction_log_requests_total{{state="dropped"}} {log.figures.dropped}\n' in log.figures.metrics
    assert f"{log.figures.dropped} for want of room in the queue are missing" in str(log.figures.loss)


def test_segments_are_closed_by_size_and_the_oldest_removed(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path, retention=Retention(max_bytes=12_000, segment_bytes=4_000))
    for n in range(10):
        log.put("wine", "1", None, os.urandom(3_900), b"", latency_ms=1.0, request_id=str(n))
        wait_for(lambda n=n: log.figures.written == n + 1)
    log.close()

    found = ids(tmp_path)

    assert found == [str(n) for n in range(10)][-len(found) :]
    assert 2 <= len(segments(tmp_path)) <= 4


def test_old_segments_are_removed_but_not_another_processs(tmp_path: Path) -> None:
    other = PredictionLog(tmp_path)
    fill(other, 1)
    wait_for(lambda: other.figures.written == 1)
    closed = segments(tmp_path)[0].parent / "1-1-old.segment"
    closed.write_bytes(b"")
    for path in segments(tmp_path):
        os.utime(path, (1, 1))

    log = PredictionLog(tmp_path)
    fill(log, 1)
    log.close()
    other.close()

    assert not closed.exists()
    assert ids(tmp_path) == ["request-0"] * 2


def test_a_log_that_somebody_removed_begins_anew(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path)
    fill(log, 1)
    wait_for(lambda: log.figures.written == 1)
    segments(tmp_path)[0].unlink()
    fill(log, 1)
    log.close()

    assert ids(tmp_path) == ["request-0"]


def test_a_window_of_time(tmp_path: Path) -> None:
    log = PredictionLog(tmp_path)
    for n in range(3):
        log.put("wine", "1", None, [[n]], [n], latency_ms=1.0, request_id=str(n))
        wait_for(lambda n=n: log.figures.written == n + 1)
        time.sleep(0.002)
    log.close()
    _, second, third = [each.time for each in read_predictions(tmp_path, "wine")]

    assert ids(tmp_path, since=second) == ["1", "2"]
    assert ids(tmp_path, since=second, until=third) == ["1"]
    assert ids(tmp_path, until=1) == []


_cell = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text())
_content = st.one_of(
    st.binary(), st.lists(_cell), st.lists(st.lists(_cell)), st.dictionaries(st.text(), st.lists(_cell))
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1, max_size=10), _content, _content), max_size=5))
def test_any_content_comes_back(tmp_path_factory: pytest.TempPathFactory, given: list[tuple]) -> None:
    folder = tmp_path_factory.mktemp("log")
    log = PredictionLog(folder)
    for model, inputs, outputs in given:
        log.put(model, None, None, inputs, outputs, latency_ms=1.0, request_id="id")
    log.close()

    found = [
        (model, each.inputs, each.outputs)
        for model in logged_models(folder)
        for each in read_predictions(folder, model)
    ]
    expected = sorted(given, key=lambda each: each[0])
    assert sorted(found, key=lambda each: each[0]) == expected


def test_labels_are_kept(tmp_path: Path) -> None:
    labels = [Label(n, f"request-{n}", n % 2 == 0) for n in range(25_000)]

    write_labels(tmp_path, "wine", labels)
    write_labels(tmp_path, "wine", [Label(1, "request-1", "good", "customer")])

    assert list(read_labels(tmp_path, "wine")) == [*labels, Label(1, "request-1", "good", "customer")]
