"""`mlplat models serve` as a process: workers that fail, requests that are wrong or too many, an end without loss."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from mlplat_cli.environments.interpreter import newest_of_each_minor
from mlplat_cli.serving.prediction_log import read_predictions
from tests.e2e.tool import Tool, until
from tests.frameworks import framework_python
from tests.serving.served import Serve, starter, write_model
from tests.serving.stand_in.stand_in import ENDS, RAISES, SLEEPS

EXAMPLE = {"inputs": {"x": [1.0, 2.0]}}


@pytest.fixture
def serve(mlplat: Tool, request: pytest.FixtureRequest) -> Serve:
    return starter(mlplat, framework_python(request.config, "serving"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "model"


def test_it_predicts_and_says_what_is_wrong(serve: Serve, folder: Path) -> None:
    write_model(folder, example=EXAMPLE)
    with serve(folder) as served:
        assert [served.ask(path).status for path in ("/ping", "/health", "/version")] == [200] * 3
        assert served.predict(1, 2.5).json() == {"predictions": [2.0, 5.0]}
        assert served.predict(3, path="/models/model/invocations").json() == {"predictions": [6.0]}
        assert served.ask("/invocations", b"x\n1\n2\n", "text/csv").json() == {"predictions": [2.0, 4.0]}
        wrong = served.ask("/invocations", {"inputs": {"x": [1, "a"]}})
        assert wrong.status == 400
        assert wrong.json() == {
            "error_code": "INVALID_PARAMETER_VALUE",
            "message": "column 'x', row 1: a text is not a double",
        }
        assert "this value is not for me" in served.predict(RAISES).json()["message"]
        assert served.ask("/invocations", b"x", "text/plain").status == 415
        assert served.ask("/nowhere").status == 404
        assert served.ask("/invocations").status == 405
        assert served.stop()[0] == 0


def test_a_connection_that_is_kept_is_told_of_the_end(serve: Serve, folder: Path) -> None:
    write_model(folder, example=EXAMPLE)
    with serve(folder) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port)
        connection.connect()
        served.process.send_signal(signal.SIGTERM)
        says = None
        while says != "close":
            connection.request("POST", "/invocations", json.dumps(EXAMPLE), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b'{"predictions":[2.0,4.0]}')
            says = answer.getheader("Connection")


def test_requests_that_wait_are_predicted_together_and_alone_where_one_fails(serve: Serve, folder: Path) -> None:
    write_model(folder, slow=0.2, sizes=True)
    values = [1.0, 2.0, 3.0, RAISES, 5.0, 6.0]
    with serve(folder) as served, ThreadPoolExecutor(len(values)) as pool:
        served.predict(0)
        first = pool.submit(served.predict, 0)
        until(lambda: served.figure("mlplat_model_batch_requests_sum") == 2, "the first to be asked")
        replies = list(pool.map(served.predict, values))
        assert first.result().json() == {"predictions": [1]}
        assert [reply.status for reply in replies] == [200, 200, 200, 400, 200, 200]
        together = list(pool.map(served.predict, values[:3] * 2))
        assert max(size for reply in together for size in reply.json()["predictions"]) > 1


def test_a_model_that_looks_at_all_rows_is_asked_for_one_request_at_a_time(serve: Serve, folder: Path) -> None:
    write_model(folder, slow=0.05, ranks=True, example={"inputs": {"x": [3.0, 1.0, 2.0]}})
    with serve(folder) as served, ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda value: served.predict(value, value + 1), range(8)))
        assert [reply.json()["predictions"] for reply in replies] == [[0, 1]] * 8


def test_a_worker_that_is_killed_is_replaced_and_nobody_notices(serve: Serve, folder: Path) -> None:
    write_model(folder, slow=0.05)
    with serve(folder) as served, ThreadPoolExecutor(4) as pool:
        (before,) = served.workers()
        asked = [pool.submit(served.predict, value) for value in range(20)]
        time.sleep(0.2)
        os.kill(before, signal.SIGKILL)
        assert [each.result().json()["predictions"] for each in asked] == [[2.0 * value] for value in range(20)]
        assert served.workers() != [before]


def test_a_request_that_kills_workers_harms_nobody_else(serve: Serve, folder: Path) -> None:
    write_model(folder, slow=0.1)
    with serve(folder) as served, ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(served.predict, value) for value in (0, 1, ENDS, 3)]
        replies = [each.result() for each in asked]
        assert [reply.status for reply in replies] == [200, 200, 503, 200]
        assert replies[2].headers["retry-after"] == "1"


def test_too_many_requests_are_sent_away(serve: Serve, folder: Path) -> None:
    write_model(folder, slow=0.5)
    with serve(folder, words=("--max-waiting", 2, "--no-batching")) as served, ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(served.predict, range(12)))
        assert {reply.status for reply in replies} == {200, 503}
        assert all("retry-after" in reply.headers for reply in replies if reply.status == 503)


def test_what_takes_too_long_or_is_too_much_is_refused(serve: Serve, folder: Path) -> None:
    write_model(folder)
    with serve(folder, words=("--timeout", 1, "--max-request-bytes", 1000)) as served:
        (before,) = served.workers()
        assert served.predict(SLEEPS).status == 504
        until(lambda: served.predict(2).status == 200, "another worker")
        assert not psutil.pid_exists(before)
        assert served.ask("/invocations", b"x" * 1001).status == 413
        head = "POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
        with socket.create_connection(("127.0.0.1", served.port)) as slow:
            slow.sendall(head.encode())
            assert b" 408 " in slow.recv(1000).partition(b"\r\n")[0]


def test_a_signal_lets_requests_in_flight_finish(serve: Serve, folder: Path) -> None:
    write_model(folder, slow=0.5)
    come = ("mlplat_model_batch_requests_sum", "mlplat_model_waiting_requests")
    with serve(folder) as served, ThreadPoolExecutor(3) as pool:
        workers = served.workers()
        asked = [pool.submit(served.predict, value) for value in range(3)]
        until(lambda: sum(map(served.figure, come)) >= 3, "all three to come")
        code, _ = served.stop()
        assert code == 0
        assert [each.result().status for each in asked] == [200] * 3
        assert not any(map(psutil.pid_exists, workers))


def test_workers_end_with_a_server_that_is_killed(serve: Serve, folder: Path) -> None:
    write_model(folder)
    with serve(folder, words=("--workers", 2)) as served:
        until(lambda: len(served.workers()) == 2, "two workers")
        workers = served.workers()
        served.stop(signal.SIGKILL)
        until(lambda: not any(map(psutil.pid_exists, workers)), "the workers to end")


def test_several_workers_share_the_work(serve: Serve, folder: Path) -> None:
    write_model(folder, slow=0.2, process=True)
    with serve(folder, words=("--workers", 2)) as served, ThreadPoolExecutor(8) as pool:
        until(lambda: len(served.workers()) == 2, "two workers")
        until(
            lambda: len({served.json()["predictions"][0] for served in pool.map(served.predict, range(8))}) == 2,
            "both to answer",
        )


def test_a_model_is_ready_when_it_answers_its_example(serve: Serve, tmp_path: Path) -> None:
    good, bad = write_model(tmp_path / "good"), write_model(tmp_path / "bad", example={"inputs": {"x": [RAISES]}})
    deadly = write_model(tmp_path / "deadly", example={"inputs": {"x": [ENDS]}})
    with serve(f"one={good}", f"two={bad}", f"three={deadly}") as served:
        for name in ("two", "three"):
            assert served.predict(1, path=f"/models/{name}/invocations").json() == {"predictions": [2.0]}
        ready = served.ask("/ping")
        assert ready.status == 503
        assert "two: the model does not answer its input example" in ready.json()["message"]
        assert "three: the model's process ends over its input example" in ready.json()["message"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-m", "wine@champion"), "a registered model is named models:/wine@champion"),
        (("-m", "models:/x/1"), "there is no store"),
        (("-m", "one=model", "-m", "one=model"), "two models are named 'one'"),
        (("-m", "model", "--host", "example.org"), "--host example.org: not an address"),
        (("-m", "model", "--timeout", "0"), "--timeout"),
        (("-m", "."), "MLmodel: No such file"),
    ],
)
def test_a_wrong_option_is_named(mlplat: Tool, words: tuple[str, ...], said: str) -> None:
    write_model(mlplat.folder / "model")
    assert said in mlplat("models", "serve", "--port", 0, "--env-manager", "local", *words, code=None).err


def test_a_model_that_cannot_be_loaded_ends_the_command(mlplat: Tool, tmp_path: Path) -> None:
    folder = write_model(tmp_path / "broken", fails=True)
    from tests.serving.served import STAND_IN

    done = mlplat("models", "serve", "-m", folder, "--env-manager", "local", code=1, PYTHONPATH=str(STAND_IN))
    assert "model broken: it cannot be loaded: RuntimeError: this model never loads" in done.err


def test_a_port_that_is_taken_is_named_before_anything_is_built(mlplat: Tool, tmp_path: Path) -> None:
    folder = write_model(tmp_path / "model")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = mlplat("models", "serve", "-m", folder, "--port", port, code=1)
    assert f"cannot listen on 127.0.0.1:{port}" in done.err


def test_the_open_inference_protocol_is_spoken(serve: Serve, folder: Path) -> None:
    write_model(folder, example=EXAMPLE, slow=0)
    with serve(f"m={folder}") as served:
        assert served.ask("/v2").json()["name"] == "mlplat"
        assert served.ask("/v2/health/live").json() == {"live": True}
        assert served.ask("/v2/health/ready").json() == {"ready": True}
        assert served.ask("/v2/models/m/ready").json() == {"name": "m", "ready": True}
        about = served.ask("/v2/models/m").json()
        assert about["inputs"] == [{"name": "x", "datatype": "FP64", "shape": [-1]}]
        column = {"name": "x", "shape": [2], "datatype": "FP64", "data": [1, 2.5]}
        answer = served.ask("/v2/models/m/infer", {"id": "7", "inputs": [column]})
        assert answer.json() == {
            "model_name": "m",
            "id": "7",
            "outputs": [{"name": "output-0", "datatype": "FP64", "shape": [2], "data": [2.0, 5.0]}],
        }
        table = {"name": "input", "shape": [2, 1], "datatype": "INT64", "data": [[1], [2]]}
        assert served.ask("/v2/models/m/infer", {"inputs": [table]}).json()["outputs"][0]["data"] == [2.0, 4.0]
        for wrong, said in (
            ({"inputs": []}, "no inputs"),
            ({}, "missing required field"),
            ({"inputs": [{**column, "shape": [3]}]}, "'x' has 2 values for the shape [3]"),
            ({"inputs": [{**column, "datatype": "BYTES", "data": ["1", "b"]}]}, "column 'x', row 1"),
            ({"inputs": [column], "outputs": [{"name": "y"}]}, "there is no output 'y'"),
            ({"inputs": [{**column, "name": "z"}]}, "needs the column 'x' (double)"),
        ):
            refused = served.ask("/v2/models/m/infer", wrong)
            assert (refused.status, said in refused.json()["error"]) == (400, True), refused.json()
        assert served.ask("/v2/models/other/infer", {}).status == 404


def test_what_is_served_is_described_and_counted(serve: Serve, tmp_path: Path) -> None:
    first, second = write_model(tmp_path / "one", example=EXAMPLE), write_model(tmp_path / "two<b>")
    with serve(first, second) as served:
        served.predict(1)
        served.ask("/models/two<b>/invocations".replace("<", "%3C").replace(">", "%3E"), {"inputs": {"x": ["a"]}})
        document = served.ask("/openapi.json").json()
        body = document["paths"]["/invocations"]["post"]["requestBody"]["content"]["application/json"]
        assert body["example"] == EXAMPLE
        assert body["schema"]["properties"]["dataframe_records"]["items"]["required"] == ["x"]
        page = served.ask("/docs").content.decode()
        assert ("two<b>" in page, "two&lt;b&gt;" in page, "https://" in page) == (False, True, False)
        figures = served.ask("/metrics").content.decode().splitlines()
        assert 'mlplat_model_requests_total{model="one",version="",status="200"} 1' in figures
        assert 'mlplat_model_requests_total{model="two<b>",version="",status="400"} 1' in figures
        assert 'mlplat_model_batch_requests_count{model="one",version=""} 1' in figures
        assert 'mlplat_model_processes{model="one",version=""} 1' in figures


def test_a_moved_alias_is_followed_without_a_lost_request(serve: Serve, mlplat: Tool, tmp_path: Path) -> None:
    for version, slow in ((1, 0.02), (2, 0.01)):
        mlplat("models", "register", write_model(tmp_path / str(version), slow=slow, sizes=version == 2), "m")
    mlplat("models", "alias", "m@champion", "1")
    words = ("--follow-seconds", 0.2, "--log-predictions")
    with serve("models:/m@champion", words=words) as served, ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(served.predict, 5, 6) for _ in range(100)]
        mlplat("models", "alias", "m@champion", "2")
        until(lambda: served.predict(5).json() == {"predictions": [1]}, "version 2")
        assert {each.result().status for each in asked} == {200}
        until(lambda: len(served.workers()) == 1, "version 1 to end")
        served.ask("/v2/models/m/versions/2/infer", {"inputs": []})
        figures = served.ask("/metrics").content.decode()
        assert all(
            f'mlplat_model_requests_total{{model="m",version="{each}",status="200"}}' in figures for each in "12"
        )
        mlplat("models", "register", write_model(tmp_path / "3", fails=True), "m")
        mlplat("models", "alias", "m@champion", "3")
        served.hear("goes on answering")
        assert served.predict(5).json() == {"predictions": [1]}
        assert served.stop()[0] == 0
    logged = list(read_predictions(tmp_path / ".mlplat" / "predictions", "m"))
    assert {each.version for each in logged} == {"1", "2"}
    assert len({each.request_id for each in logged}) == len(logged) > len(asked)


def test_models_of_other_pythons_are_served_side_by_side(mlplat: Tool, tmp_path: Path) -> None:
    own = "{}.{}".format(*sys.version_info)
    found = [each.version.rpartition(".")[0] for each in newest_of_each_minor(">=3.8")]
    others = [version for version in found if version != own]
    if not others:
        pytest.skip("there is no other Python on this machine")
    wanted = {f"python{version}": version for version in dict.fromkeys((others[0], others[-1]))}
    models = []
    for name, version in wanted.items():
        models.append(write_model(tmp_path / name, inputs=None, example={"inputs": [1]}, version=True))
        (models[-1] / "python_env.yaml").write_text(f'python: "{version}"\ndependencies: [six]\n', encoding="utf-8")
    with starter(mlplat, Path(sys.executable))(*models, local=False) as served:
        for name, version in wanted.items():
            answer = served.ask(f"/models/{name}/invocations", {"inputs": [1]}).json()
            assert answer == {"predictions": [version]}


def test_a_page_of_another_site_is_refused(serve: Serve, folder: Path) -> None:
    write_model(folder)
    with serve(folder) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port)
        for headers in ({"Host": "evil.example"}, {"Host": "localhost", "Origin": "https://evil.example"}):
            connection.request("POST", "/invocations", b"{}", {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            assert (answer.status, json.loads(answer.read())["error_code"]) == (403, "PERMISSION_DENIED")
        connection.close()
