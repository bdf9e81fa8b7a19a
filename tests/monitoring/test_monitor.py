"""`mlplat models monitor`: what shifted is named, and only that."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlplat_cli.serving.prediction_log import PredictionLog
from tests.cli.typed import Typed
from tests.e2e.tool import Done
from tests.monitoring.conftest import COLUMNS, quality, wines

Register = Callable[..., None]
Serve = Callable[..., None]


def states(done: Done) -> dict[str, str]:
    return {each["name"]: each["state"] for each in done.json()["columns"]}


def column(done: Done, name: str) -> dict:
    return next(each for each in done.json()["columns"] if each["name"] == name)


@pytest.mark.parametrize(("rows", "methods"), [(900, ["ks", "chisquare"]), (5000, ["wasserstein", "jensenshannon"])])
def test_only_the_column_that_shifted_drifted(
    mlplat: Typed, register: Register, serve: Serve, rows: int, methods: list[str]
) -> None:
    register(wines(rows, 1))
    serve(wines(800, 2, warmer=1.0))

    done = mlplat("models", "monitor", "wine", "--json")

    assert states(done) == {"alcohol": "drifted", "acid": "steady", "country": "steady", "prediction": "drifted"}
    assert [column(done, name)["method"] for name in ("alcohol", "country")] == methods
    report = done.json()
    assert (report["version"], report["model"], report["model_version"]) == (1, "wine", "1")
    assert (report["requests"], report["rows"], report["versions"]) == (800, 800, {"1": 800})
    assert report["drift"] == {"detected": False, "drifted": 1, "compared": 3, "share": 1 / 3, "threshold": 0.5}
    assert report["reference"] == {"source": "models:/wine/1", "rows": rows}
    assert report["latency_ms"]["max"] == 9
    assert sum(bucket["rows"] for bucket in report["buckets"]) == 800
    assert column(done, "alcohol")["above_range"] > 0
    assert column(done, "alcohol")["current"]["mean"] == pytest.approx(12, abs=0.2)


def test_what_is_a_failure_can_be_chosen(mlplat: Typed, register: Register, serve: Serve) -> None:
    register(wines(900, 1))
    serve(wines(800, 2, warmer=1.0))

    shown = mlplat("models", "monitor", "wine")
    assert "drift: 1 of 3 features\n" in shown.out
    failed = mlplat("models", "monitor", "wine", "--fail-on", "column", code=9)
    assert "feature alcohol drifted (ks " in failed.err
    assert "; prediction drifted (ks " in failed.err
    failed = mlplat("models", "monitor", "wine", "--drift-share", "0.3", code=9)
    assert "1 of 3 features drifted (the limit is 30%)" in failed.err
    mlplat("models", "monitor", "wine", "--drift-share", "0.3", "--fail-on", "never")


def test_methods_and_thresholds_can_be_chosen(mlplat: Typed, register: Register, serve: Serve) -> None:
    register(wines(900, 1))
    serve(wines(800, 2, warmer=1.0))

    done = mlplat(
        "models", "monitor", "wine", "--json", "--method", "psi", "--method", "acid=ks", "--threshold", "acid=1",
        "--threshold", "100",
    )  # fmt: skip

    assert [column(done, name)["method"] for name in (*COLUMNS, "prediction")] == ["psi", "ks", "psi", "psi"]
    assert states(done) == {"alcohol": "steady", "acid": "drifted", "country": "steady", "prediction": "steady"}
    wrong = mlplat("models", "monitor", "wine", "--method", "country=ks", code=2)
    assert "ks does not fit column 'country'" in wrong.err
    assert "did you mean wasserstein?" in mlplat("models", "monitor", "wine", "--method", "waserstein", code=2).err


def test_new_categories_missing_values_and_ranges(mlplat: Typed, register: Register, serve: Serve) -> None:
    register(wines(2000, 1))
    served = wines(400, 2, new_country=True)
    for row in served[:100]:
        row[1] = None
    for row in served[200:220]:
        row[0] = 99.0
    serve(served)

    done = mlplat("models", "monitor", "wine", "--json", "--fail-on", "never")

    country, acid, alcohol = (column(done, name) for name in ("country", "acid", "alcohol"))
    assert country["new_categories"][0][0] == "cl"
    assert country["state"] == "drifted"
    assert (acid["current"]["missing"], acid["reference"]["missing"]) == (100, 0)
    assert (alcohol["above_range"], alcohol["current"]["max"]) == (20, 99)
    assert [each.partition(":")[0] for each in done.json()["problems"]] == ["alcohol", "acid", "country", "prediction"]


def test_a_prediction_without_a_reference_is_left_out(mlplat: Typed, register: Register, serve: Serve) -> None:
    register(wines(900, 1), with_predictions=False)
    serve(wines(100, 5))

    assert set(states(mlplat("models", "monitor", "wine", "--json"))) == set(COLUMNS)


def test_a_version_an_alias_and_a_window(mlplat: Typed, register: Register, serve: Serve) -> None:
    register(wines(900, 1))
    register(wines(900, 3, warmer=1.0))
    mlplat("models", "alias", "wine@champion", "1")
    serve(wines(100, 5), "1")
    serve(wines(200, 4, warmer=1.0), "2")

    assert mlplat("models", "monitor", "wine@champion", "--json").json()["requests"] == 100
    assert states(mlplat("models", "monitor", "wine/2", "--json"))["alcohol"] == "steady"
    both = mlplat("models", "monitor", "wine", "--json").json()
    assert (both["model_version"], both["versions"]) == ("2", {"2": 200, "1": 100})
    none = mlplat("models", "monitor", "wine", "--until", "1d", "--json", "--reference", "model/data_summary.json")
    assert none.json()["requests"] == 0
    assert set(states(none).values()) == {"absent"}
    assert mlplat("models", "monitor", "wine", "--last", "1h", "--json").json()["requests"] == 300


def test_a_reference_of_one_s_own(mlplat: Typed, register: Register, serve: Serve, tmp_path: Path) -> None:
    serve(wines(200, 4))
    data = wines(3000, 5)
    lines = [f"{','.join(map(str, row))},{score}" for row, score in zip(data, quality(data), strict=True)]
    (tmp_path / "data.csv").write_text("\n".join([",".join([*COLUMNS, "score"]), *lines]))
    (tmp_path / "data.json").write_text(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in wines(300, 5)]))

    asked = ["models", "monitor", "wine", "--json", "--reference"]
    from_json = mlplat(*asked, "data.json")
    assert states(from_json) == dict.fromkeys(COLUMNS, "steady")
    from_csv = mlplat(*asked, "data.csv", "--reference-prediction", "score")
    assert states(from_csv) == dict.fromkeys([*COLUMNS, "score"], "steady")
    assert column(from_csv, "country")["type"] == "category"
    assert "has no column 'p'" in mlplat(*asked, "data.csv", "--reference-prediction", "p", code=2).err


def test_bodies_as_they_came(mlplat: Typed, register: Register, tmp_path: Path) -> None:
    rows = wines(150, 5)
    register(wines(900, 1))
    log = PredictionLog(tmp_path / ".mlplat" / "predictions")
    records = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}
    text = "\n".join([",".join(COLUMNS), *[",".join(map(str, row)) for row in rows]])
    flat = json.dumps([value for row in rows for value in row]).encode()
    tensors = [{"name": name, "shape": [150], "datatype": "FP64", "data": values} for name, values in columns.items()]
    bodies: list[tuple[bytes, str]] = [
        (json.dumps({"dataframe_split": {"columns": COLUMNS, "data": rows}}).encode(), "application/json"),
        (json.dumps({"dataframe_records": records}).encode(), "application/json; charset=utf-8"),
        (json.dumps({"instances": records}).encode(), ""),
        (json.dumps({"inputs": columns}).encode(), "application/json"),
        (json.dumps({"inputs": rows}).encode(), "application/json"),
        (json.dumps({"inputs": tensors}).encode(), "application/json"),
        (text.encode(), "text/csv"),
        (b'{"inputs": [{"name": "x", "shape": [150, 3], "datatype": "BYTES", "data": %s}]}' % flat, "application/json"),
        (b"{", "application/json"),
        (b"?", "image/png"),
    ]
    for place, (body, kind) in enumerate(bodies):
        answer = json.dumps({"predictions": quality(rows)}).encode()
        log.put("wine", "1", None, body, answer, latency_ms=1, request_id=str(place), content_type=kind)
    log.close()

    report = mlplat("models", "monitor", "wine", "--json")

    assert (report.json()["requests"], report.json()["rows"]) == (10, 8 * 150)
    assert sum(report.json()["unreadable"].values()) == 2
    assert [column(report, name)["current"]["count"] for name in COLUMNS] == [8 * 150] * 3
    assert set(states(report).values()) == {"steady"}


def test_labels_that_come_later(mlplat: Typed, register: Register, serve: Serve, tmp_path: Path) -> None:
    register(wines(900, 1))
    served = wines(100, 2)
    serve(served)
    lines = [f"1-{place},{predicted + 0.5}" for place, predicted in enumerate(quality(served))]
    (tmp_path / "labels.csv").write_text("request_id,label\n" + "\n".join(lines[:50]))
    keyed = [f"{row[0]},{row[0] / 2 - 0.5}" for row in served[50:]]
    (tmp_path / "late.csv").write_text("alcohol,truth\n" + "\n".join(keyed))

    assert mlplat("models", "labels", "wine", "--file", "labels.csv").out == "took 50 labels of wine\n"
    mlplat("models", "labels", "wine", "--file", "late.csv", "--key", "alcohol", "--label", "truth")
    report = mlplat("models", "monitor", "wine", "--json").json()

    found = report["quality"]
    assert (found["task"], found["labelled"]) == ("regression", 100)
    assert found["metrics"]["mae"] == pytest.approx(0.5)
    assert found["metrics"]["bias"] == pytest.approx(0, abs=1e-9)
    assert report["buckets"][0]["quality"]["mae"] == pytest.approx(0.5)
    failed = mlplat("models", "monitor", "wine", "--fail-over", "mae=0.4", "--fail-under", "r2=-9", code=9)
    assert "mae is 0.5, over 0.4" in failed.err
    assert (
        "has no column 'truth'"
        in mlplat("models", "labels", "wine", "--file", "labels.csv", "--label", "truth", code=2).err
    )


def test_labels_of_classes(mlplat: Typed, register: Register, tmp_path: Path) -> None:
    register(wines(900, 1), with_predictions=False)
    log = PredictionLog(tmp_path / ".mlplat" / "predictions")
    log.put("wine", "1", COLUMNS, wines(4, 1), ["red", "red", "white", "white"], latency_ms=1, request_id="a")
    log.close()
    (tmp_path / "labels.csv").write_text("request_id,label\na/0,red\na/1,white\na/2,white\na/3,white\nb/0,red\n")
    mlplat("models", "labels", "wine", "--file", "labels.csv")

    found = mlplat("models", "monitor", "wine", "--json").json()["quality"]

    assert (found["task"], found["labelled"]) == ("classification", 4)
    assert found["metrics"] == {
        "accuracy": 0.75, "precision": 0.75, "recall": pytest.approx(5 / 6), "f1": pytest.approx((2 / 3 + 4 / 5) / 2)
    }  # fmt: skip


def test_the_files(mlplat: Typed, register: Register, serve: Serve, tmp_path: Path) -> None:
    register(wines(900, 1))
    serve(wines(200, 5, warmer=1.0))

    mlplat("models", "monitor", "wine", "--html", "page.html", "--prometheus", "metrics.prom", "--lang", "pt")

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<h1>Monitoramento de wine" in page
    assert "Desvio por coluna" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    metrics = (tmp_path / "metrics.prom").read_text(encoding="utf-8")
    assert 'mlplat_monitor_column_drifted{model="wine",column="alcohol",role="feature"} 1.0\n' in metrics
    assert 'mlplat_monitor_column_drifted{model="wine",column="acid",role="feature"} 0.0\n' in metrics
    mlplat("models", "monitor", "wine", "--html", "page.html")
    assert "Drift by column" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "cannot write" in mlplat("models", "monitor", "wine", "--html", "no/page.html", code=7).err


def test_a_page_says_nothing_that_it_was_not_told(mlplat: Typed, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    log = PredictionLog(tmp_path / ".mlplat" / "predictions")
    log.put("wine", None, [evil], [[evil]] * 50, [evil] * 50, latency_ms=1, request_id="1")
    log.close()
    (tmp_path / "data.json").write_text(json.dumps([{evil: "a", "p": evil}] * 50))

    mlplat(
        "models",
        "monitor",
        "wine",
        "--reference",
        "data.json",
        "--reference-prediction",
        "p",
        "--html",
        "page.html",
        code=9,
    )

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.fixture
def untrained(mlplat: Typed, serve: Serve, tmp_path: Path) -> None:
    """Register a version whose training data is not known, and serve it."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "MLmodel").write_text("flavors: {}\n")
    mlplat("models", "register", "./plain", "wine")
    serve(wines(3, 1))
    (tmp_path / "data.txt").write_text("a")
    (tmp_path / "new.json").write_text('{"version": 99, "rows": 1, "features": {}}')


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nothing"], 6, "no predictions of model 'nothing'"),
        (["wine/9"], 6, "9"),
        (["wine", "--since", "soon"], 2, "--since soon: this is no moment"),
        (["wine", "--last", "1w"], 2, "--last 1w: this is no age"),
        (["wine", "--since", "2d", "--last", "1d"], 2, "--since and --last"),
        (["wine", "--since", "1d", "--until", "2d"], 2, "is not before"),
        (["wine", "--threshold", "much"], 2, "--threshold much: this is no number"),
        (["wine", "--fail-under", "acuracy=1"], 2, "there is no such metric"),
        (["wine", "--drift-share", "2"], 2, "a share is over 0"),
        (["wine", "--reference", "none.csv"], 6, "cannot read none.csv"),
        (["wine", "--reference", "data.txt"], 2, "none of .csv"),
        (["wine", "--reference", "new.json"], 2, "is of version 99"),
        (["wine"], 6, "was logged without training data"),
    ],
)
@pytest.mark.usefixtures("untrained")
def test_mistakes_are_told(mlplat: Typed, words: list[str], code: int, said: str) -> None:

    assert said in mlplat("models", "monitor", *words, code=code).err


def test_few_rows_give_no_verdict(mlplat: Typed, register: Register, serve: Serve) -> None:
    register(wines(900, 1))
    serve(wines(10, 2, warmer=9.0))

    done = mlplat("models", "monitor", "wine", "--fail-on", "column")

    assert "10 rows were served, too few to compare" in done.out
    mlplat("models", "monitor", "wine", "--fail-on", "column", "--min-rows", "5", code=9)


def test_without_numpy_it_is_told(mlplat: Typed, monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    serve(wines(3, 1))
    monkeypatch.setitem(sys.modules, "numpy", None)

    told = mlplat("models", "monitor", "wine", "--reference", "data.csv", code=8)

    assert "monitoring needs numpy, which is not installed\n  hint: pip install 'mlplat[monitor]'" in told.err
