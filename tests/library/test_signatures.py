"""Signatures without numpy or pandas: their JSON in both directions, what lists and dicts are taken for."""

import datetime

import pytest

import mlplat
from mlplat.models import ModelSignature, infer_signature
from mlplat.types.schema import AnyType, Array, ColSpec, Map, Object, ParamSchema, ParamSpec, Property, Schema
from mlplat.types.schema import TensorSpec as Tensor

FULL = ModelSignature(
    Schema(
        [
            ColSpec("long", "a"),
            ColSpec(Map("string"), "b", required=False),
            ColSpec(Object([Property("x", Array("double"), required=False)]), "c"),
            ColSpec(AnyType(), ("d", "e")),
        ]
    ),
    Schema([Tensor("float32", (-1, 2))]),
    ParamSchema([ParamSpec("n", "long", 1), ParamSpec("when", "datetime", datetime.date(2026, 1, 2))]),
)


def test_a_signature_is_the_same_after_its_json():
    written = FULL.to_dict()

    assert ModelSignature.from_dict(written).to_dict() == written
    assert mlplat.models.ModelSignature is ModelSignature


def test_json_is_mlflows():
    assert infer_signature({"a": 1.5, "b": [{"k": "x"}, {}]}, ["y"], {"n": 2}).to_dict() == {
        "inputs": '[{"type": "double", "name": "a", "required": true}, {"type": "array", "items": {"type": "object", '
        '"properties": {"k": {"type": "string", "required": false}}}, "name": "b", "required": true}]',
        "outputs": '[{"type": "string", "required": true}]',
        "params": '[{"name": "n", "default": 2, "shape": null, "type": "long"}]',
    }


def test_columns_of_old_versions_are_read():
    schema = Schema.from_json('[{"type": "long", "name": "a", "optional": true}, {"type": "double", "name": "b"}]')

    assert schema.required_input_names() == ["b"]
    assert schema.optional_input_names() == ["a"]


def test_data_of_no_type_is_of_any_and_says_so():
    with pytest.warns(UserWarning, match="not checked, since values of long and of string stand together"):
        signature = infer_signature([1, "x"])

    assert signature.to_dict()["inputs"] == '[{"type": "any", "required": true}]'


NO_SCHEMA = [
    "",
    "{}",
    "[1]",
    "[" * 9**5,
    '[{"name": "a"}]',
    '[{"type": "banana"}]',
    '[{"type": ["long"]}]',
    '[{"type": "array"}]',
    '[{"type": "object"}]',
    '[{"type": "tensor"}]',
    '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": "x"}}]',
    '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": ["x"]}}]',
    "[" + '{"type": "array", "items": ' * 99 + '{"type": "long"}' + "}" * 99 + "]",
]


@pytest.mark.parametrize("text", NO_SCHEMA)
def test_what_is_no_schema_is_refused_in_one_line(text):
    with pytest.raises(mlplat.MlplatException) as caught:
        Schema.from_json(text)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("dtype", "value", "shape"),
    [
        ("long", 1.0, None),
        ("long", True, None),
        ("double", "1", None),
        ("boolean", 1, None),
        ("string", 1, None),
        ("datetime", "x", None),
        ("long", [1], None),
        ("long", 1, (-1,)),
        ("long", [1], (2,)),
        ("binary", b"x", None),
        (Object([Property("x", "long")]), {"y": 1}, None),
        (Object([Property("x", "long")]), {"x": "s"}, None),
    ],
)
def test_a_parameter_of_another_type_is_refused(dtype, value, shape):
    with pytest.raises(mlplat.MlplatException, match="parameter 'a'"):
        ParamSpec("a", dtype, value, shape)
