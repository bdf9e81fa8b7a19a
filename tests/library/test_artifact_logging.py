from __future__ import annotations

import json
import os
import re
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
import yaml

import mlplat
from mlplat.exceptions import MlplatException
from mlplat.images import _png
from mlplat_cli.entities import TagRecord

from .conftest import Store


def test_a_file_is_copied_before_the_call_returns(store: Store, tmp_path: Path) -> None:
    model = tmp_path / "model.bin"
    model.write_bytes(b"first")
    with mlplat.start_run():
        mlplat.log_artifact(model)
        model.write_bytes(b"later")
        mlplat.log_artifact(str(model), "models/v2")
    assert store.staged() == {"model.bin": b"first", "models/v2/model.bin": b"later"}
    assert not list(store.journals.glob("*/*/*.part"))


def test_a_folder_is_kept_with_all_that_is_in_it(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "deep/er").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "deep/er/.hidden").write_text("b")
    (folder / "loop").symlink_to(folder)
    (folder / "dangling").symlink_to("nothing")
    os.mkfifo(folder / "pipe")
    with mlplat.start_run():
        mlplat.log_artifacts(folder)
        mlplat.log_artifact(folder, "under")
    expected = {"a.txt": b"a", "deep/er/.hidden": b"b"}
    assert store.staged() == {**expected, **{f"under/out/{path}": content for path, content in expected.items()}}


def test_what_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    with mlplat.start_run():
        with pytest.raises(MlplatException, match=r"missing\.txt"):
            mlplat.log_artifact(tmp_path / "missing.txt")
        with pytest.warns(UserWarning, match="there is no folder"):
            mlplat.log_artifacts(tmp_path / "missing")
    assert store.staged() == {}


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "", ".", "a/..", "x\0y"])
def test_an_artifact_stays_below_its_run(store: Store, path: str) -> None:
    with mlplat.start_run(), pytest.raises(MlplatException, match="path of an artifact"):
        mlplat.log_text("x", path)
    assert store.staged() == {}


def test_paths_are_made_normal(store: Store) -> None:
    with mlplat.start_run():
        mlplat.log_text("x", "./a//b.txt")
    assert store.staged() == {"a/b.txt": b"x"}


def test_texts_and_dicts(store: Store) -> None:
    value = {"b": [1, 2.5, None], "a": {"ä": True}}
    with mlplat.start_run():
        mlplat.log_text("häß\n\udc80", "t.txt")
        mlplat.log_dict(value, "d.json")
        mlplat.log_dict(value, "d.yaml")
        mlplat.log_dict({"when": object}, "other.yml")
        mlplat.log_dict([1], "no-suffix")
    found = store.staged()
    assert found["t.txt"] == "häß\n\\udc80".encode()
    assert found["d.json"].decode() == json.dumps(value, indent=2, ensure_ascii=False)
    assert yaml.safe_load(found["d.yaml"]) == value
    assert yaml.safe_load(found["other.yml"]) == {"when": "<class 'object'>"}
    assert json.loads(found["no-suffix"]) == [1]


def test_yaml_without_pyyaml_is_json(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with mlplat.start_run():
        mlplat.log_dict({"a": [1]}, "d.yaml")
    assert yaml.safe_load(store.staged()["d.yaml"]) == {"a": [1]}
    assert json.loads(store.staged()["d.yaml"]) == {"a": [1]}


def test_figures_are_saved_by_their_own_method(store: Store) -> None:
    class Matplotlib:
        def savefig(self, file: Any, **options: Any) -> None:
            file.write(repr(sorted(options.items())).encode())

    class Plotly:
        def write_html(self, file: Any, **options: Any) -> None:
            file.write("<html>")

        def write_image(self, file: Any, **options: Any) -> None:
            file.write(options["format"].encode())

    with mlplat.start_run():
        mlplat.log_figure(Matplotlib(), "f.svg", save_kwargs={"dpi": 10})
        mlplat.log_figure(Plotly(), "p.html")
        mlplat.log_figure(Plotly(), "p.png")
        with pytest.raises(MlplatException, match="dict is no figure"):
            mlplat.log_figure({}, "x.png")
    assert store.staged() == {"f.svg": b"[('dpi', 10), ('format', 'svg')]", "p.html": b"<html>", "p.png": b"png"}


class Pixels(list):
    """As much of an array as a PNG is made of."""

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self), len(self[0]) // 3, 3)

    @property
    def ndim(self) -> int:
        return 3


class Row(bytes):
    def tobytes(self) -> bytes:
        return self


def test_a_png_holds_the_pixels() -> None:
    rows = [Row(range(12)), Row(range(100, 112))]
    content = _png(Pixels(rows))
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", content[16:26])
    assert (width, height, depth, colour) == (4, 2, 8, 2)
    start = content.index(b"IDAT") + 4
    size = struct.unpack(">I", content[start - 8 : start - 4])[0]
    assert zlib.decompress(content[start : start + size]) == b"\0" + rows[0] + b"\0" + rows[1]


def test_an_image_of_pillow_is_saved_as_its_name_says(store: Store) -> None:
    class Pillow:
        mode = "RGB"

        def save(self, file: Any, format: str) -> None:
            file.write(format.encode())

    with mlplat.start_run():
        with pytest.raises(MlplatException, match="either"):
            mlplat.log_image(Pillow())
        with pytest.raises(MlplatException, match="Pillow"):
            mlplat.log_image(Pillow(), "a.jpg")


def test_tables_grow_and_are_tagged(store: Store) -> None:
    with mlplat.start_run():
        mlplat.log_table({"q": ["a", "b"], "n": [1, 2]}, "t.json")
        mlplat.log_table({"n": 3, "q": "c", "x": True}, "t.json")
        mlplat.log_table({"z": [None]}, "deep/u.json")
        with pytest.raises(MlplatException, match="one length"):
            mlplat.log_table({"a": [1], "b": [1, 2]}, "t.json")
        with pytest.raises(MlplatException, match=r"\.json"):
            mlplat.log_table({"a": [1]}, "t.csv")
        with pytest.raises(MlplatException, match="not a list"):
            mlplat.log_table([1], "t.json")
    found = store.staged()
    assert json.loads(found["t.json"]) == {
        "columns": ["q", "n", "x"],
        "data": [["a", 1, None], ["b", 2, None], ["c", 3, True]],
    }
    last = [record for record in store.of(TagRecord) if record.key == "mlflow.loggedArtifacts"][-1]
    assert json.loads(last.value) == [{"path": "t.json", "type": "table"}, {"path": "deep/u.json", "type": "table"}]


def test_numbers_that_json_cannot_say_are_null_in_a_table(store: Store) -> None:
    with mlplat.start_run():
        mlplat.log_table({"a": [float("nan"), 1.0, [float("inf"), {"k": float("nan")}]]}, "t.json")
    assert json.loads(store.staged()["t.json"], parse_constant=pytest.fail)["data"] == [
        [None],
        [1.0],
        [[None, {"k": None}]],
    ]


@pytest.mark.parametrize("key", ["a#b", "a+step+1", "a~b", "a:b"])
def test_the_key_of_an_image_can_be_told_from_the_rest_of_its_name(store: Store, key: str) -> None:
    with mlplat.start_run(), pytest.raises(MlplatException, match="of an image"):
        mlplat.log_image([[0]], key=key)


@pytest.mark.slow
def test_real_frameworks(store: Store, script: Any, frameworks_python: str) -> None:
    result = script(
        FRAMEWORKS, python=frameworks_python, env={**os.environ, "PYTHONPATH": str(Path(mlplat.__file__).parent.parent)}
    )
    assert result.returncode == 0, result.stderr
    found = store.staged()
    assert json.loads(found["frame.json"])["columns"] == ["a", "b"]
    assert json.loads(found["frame.json"])["data"][1][0] == 2
    assert json.loads(found["array.json"])["data"] == [[0], [1]]
    assert found["f.png"][:8] == found["rgb.png"][:8] == found["gray.png"][:8] == b"\x89PNG\r\n\x1a\n"
    assert found["f.pdf"].startswith(b"%PDF")
    assert b"<html>" in found["p.html"]
    assert found["x.jpg"][:2] == b"\xff\xd8"
    pictures = json.loads(found["deep/pictures.json"])
    assert [row[1] for row in pictures["data"]] == [None, None, 1]
    for cell, _ in pictures["data"]:
        assert cell["type"] == "image"
        assert cell["filepath"].startswith("table_images/deep/pictures/")
        assert found[cell["filepath"]][:8] == found["f.png"][:8]
        assert found[cell["compressed_filepath"]][:4] == b"RIFF"
    series = [path for path in found if path.startswith("images/")]
    pattern = (
        r"images/a~b\+step\+2\+timestamp\+\d+\+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.png|\+compressed\.webp)"
    )
    assert len(series) == 2
    assert all(re.fullmatch(pattern, path) for path in series)
    assert TagRecord("mlflow.loggedImages", "True") in store.of(TagRecord)
    assert yaml.safe_load(found["n.yaml"]) == {"x": 1.5, "y": [0, 1]}


FRAMEWORKS = """
import io, warnings
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt, numpy as np, pandas as pd, plotly.graph_objects as go
from PIL import Image as Pillow
import mlplat as mlflow

with mlflow.start_run():
    mlflow.log_metric("np", np.float32(0.5), step=np.int64(3))
    mlflow.log_param("np", np.float64(1.5))
    fig, ax = plt.subplots(); ax.plot([1, 2])
    mlflow.log_figure(fig, "f.png"); mlflow.log_figure(fig, "f.pdf", save_kwargs={"dpi": 50})
    mlflow.log_figure(go.Figure(data=go.Bar(y=[1, 2])), "p.html")
    rgb = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    gray = np.linspace(0, 1, 600).reshape(20, 30)
    mlflow.log_image(rgb, "rgb.png"); mlflow.log_image(gray, "gray.png"); mlflow.log_image(rgb, "x.jpg")
    mlflow.log_image(Pillow.fromarray(rgb), key="a/b", step=2)
    for array in (rgb, rgb[:, :, :1], gray > 0.5, np.dstack([rgb, rgb[:, :, :1]])):
        image = mlflow.Image(array)
        read = np.asarray(Pillow.open(io.BytesIO(image.encoded("png"))))
        assert (read == image.to_array().squeeze()).all(), array.shape
        assert (np.asarray(image.to_pil()) == read).all()
    shapes = (np.zeros((2,)), np.zeros((2, 2, 5)), np.zeros((0, 2)))
    for wrong in (*shapes, np.full((2, 2), 256), np.array([["a"]])):
        try:
            mlflow.log_image(wrong, "w.png")
        except mlflow.MlplatException:
            continue
        raise AssertionError(wrong)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert mlflow.Image(np.array([[-1.0, 3.0]])).to_list() == [[0, 255]]
        assert len(caught) == 1
        assert mlflow.Image(np.array([[np.nan, 0.5, np.inf]])).to_list() == [[0, 128, 255]]
        assert len(caught) == 2
    mlflow.log_metric("one", np.array([2.5]))
    mlflow.log_table({"picture": [mlflow.Image(rgb), Pillow.fromarray(rgb)]}, "deep/pictures.json")
    mlflow.log_table(pd.DataFrame({"picture": [mlflow.Image(rgb)], "n": [1]}), "deep/pictures.json")
    mlflow.log_table(pd.DataFrame({"a": [1], "b": [pd.Timestamp("2026-01-02")]}), "frame.json")
    mlflow.log_table(pd.DataFrame({"a": [2], "b": [None]}), "frame.json")
    mlflow.log_table({"a": np.arange(2)}, "array.json")
    mlflow.log_dict({"x": np.float64(1.5), "y": np.arange(2)}, "n.yaml")
"""
