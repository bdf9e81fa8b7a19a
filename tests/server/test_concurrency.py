"""Several clients at once."""

from concurrent.futures import ThreadPoolExecutor

from tests.server.conftest import Served


def test_eight_clients_of_one_run_lose_nothing(served: Served) -> None:
    run_id = served.run()

    def log(client: int) -> None:
        for step in range(25):
            point = {"run_id": run_id, "key": f"k{client % 2}", "value": client, "timestamp": client, "step": step}
            served.call("POST", "runs/log-metric", point)
            served.call("POST", "runs/set-tag", {"run_id": run_id, "key": "shared", "value": str(step)})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(log, range(8)))
    points = [point for key in ("k0", "k1") for point in served.store.metric_history(run_id, key).items]
    assert len(points) == 200
    assert {(point.timestamp, point.step) for point in points} == {(c, s) for c in range(8) for s in range(25)}


def test_experiments_of_one_name_are_made_once(served: Served) -> None:
    def make(_: int) -> int:
        return served.ask("POST", "/api/2.0/mlflow/experiments/create", {"name": "same"}).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(make, range(8))) == [200] + [400] * 7
