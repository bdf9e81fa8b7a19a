"""MLmodel files: what mlflow and we write is read as the schema says, what is none is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mlplat.models.model import Model
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.models.mlmodel import mlmodel_schema, read_mlmodel
from tests.models.conftest import Bags

STOCK = """\
artifact_path: mlflow-artifacts:/3/models/m-b635837a831244d09f28c9fe678da093/artifacts
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.skops
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.skops
is_signature_from_type_hint: false
mlflow_version: 3.17.2
model_id: m-b635837a831244d09f28c9fe678da093
model_size_bytes: 11544
model_uuid: m-b635837a831244d09f28c9fe678da093
prompts: null
run_id: 8d59b26029b746138fffe80726edcdc8
saved_input_example_info:
  artifact_path: input_example.json
  pandas_orient: split
  serving_input_path: serving_input_example.json
  type: dataframe
signature:
  inputs: '[{"type": "double", "name": "sepal length (cm)", "required": true}, {"type":
    "double", "name": "sepal width (cm)", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
utc_time_created: '2026-11-21 09:06:00.559395'
"""


def valid(text: str) -> bool:
    Draft202012Validator.check_schema(mlmodel_schema())
    return Draft202012Validator(mlmodel_schema()).is_valid(yaml.safe_load(text))


def test_the_stock_clients_file_is_kept_whatever_it_says(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text(STOCK)
    assert valid(STOCK)
    read = read_mlmodel(tmp_path)
    assert (read.mlflow_version, read.flavors["sklearn"]["pickled_model"]) == ("3.17.2", "model.skops")
    model = Model.load(tmp_path)
    assert model.signature is not None
    model.save(tmp_path / "again")
    before, after = yaml.safe_load(STOCK), yaml.safe_load((tmp_path / "again").read_text())
    assert before.pop("signature").keys() == after.pop("signature").keys()
    assert after == before


def test_ours_is_what_the_schema_says(bags: Bags, tmp_path: Path) -> None:
    bags.save({"a": "x"}, tmp_path / "saved", input_example=["a"], metadata={"of": {"whom": [1, None, "é"]}})
    assert Model.load(tmp_path / "saved").load_input_example(tmp_path / "saved") == ["a"]
    text = (tmp_path / "saved" / "MLmodel").read_text(encoding="utf-8")
    assert valid(text)
    assert read_mlmodel(tmp_path / "saved").metadata == {"of": {"whom": [1, None, "é"]}}
    assert list(yaml.safe_load(text)) == sorted(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a: 1",
        "flavors: 1",
        "flavors: {a: 1}",
        "flavors: {}\nsignature: 1",
        "flavors: {}\nmodel_size_bytes: x",
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "MLmodel").write_text(text)
    assert not valid(text)
    with pytest.raises(InvalidInputError) as caught:
        read_mlmodel(tmp_path)
    assert "\n" not in caught.value.message


def test_a_folder_without_one_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="No such file"):
        read_mlmodel(tmp_path)
