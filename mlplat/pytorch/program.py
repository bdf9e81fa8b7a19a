"""Exported programs of PyTorch (.pt2). In: such a file. Out: what in it could run code; none where it is only a graph.

`torch.export.load` unpickles, evaluates texts of the file as Python and loads compiled libraries, as its documentation
warns. What it does with each part is therefore looked at first, with PyTorch's own reader of the archive: a file that
holds nothing but raw tensors and a graph of ATen's operators between plain names passes, anything else is told.
"""

from __future__ import annotations

import ast
import json
import re
import zipfile
from typing import Any, Dict, Iterator, List, Optional

_RECORD = re.compile(
    r"(archive_format|archive_version|byteorder|version|\.data/(version|serialization_id)|models/model\.json"
    r"|data/weights/(weight_\d+|model_weights_config\.json)"
    r"|data/constants/(tensor_\d+|model_constants_config\.json)|data/sample_inputs/model\.pt)"
)
_PAYLOADS = {"data/weights/model_weights_config.json": "weight", "data/constants/model_constants_config.json": "tensor"}
_PLAIN = re.compile(r"[\w.+:-]*")
_OPERATOR = re.compile(r"torch\.ops\.aten\.(\w+)\.\w+|(?:_operator|math)\.[a-z]\w*|torch\.sym_[a-z]\w*")
_FILES = frozenset({"from_file", "save"})
"""Operators of ATen that read or write a file."""

_PYTHON = frozenset({"_operator.attrgetter", "_operator.methodcaller", "_operator.call", "_operator.setitem"})
_NOTES = frozenset({"stack_trace", "nn_module_stack", "torch_fn", "source_fn_stack"})
_TREES = frozenset({None, "builtins.tuple", "builtins.list", "builtins.dict", "collections.OrderedDict"})
_FUNCTIONS = """
Abs Add And CeilDiv CeilToInt CleanDiv Eq FloatPow FloatTrueDiv FloorDiv FloorToInt Float Ge Gt Identity IntTrueDiv
Integer IsNonOverlappingAndDenseIndicator LShift Le Lt Max Min Mod ModularIndexing Mul Ne Not Or Piecewise Pow
PowByNatural PythonMod RShift Rational RoundDecimal RoundToInt Symbol ToFloat TruncToFloat TruncToInt Where ceiling
floor
"""
_SYMPY = frozenset(_FUNCTIONS.split())
_ARITHMETIC = (
    ast.Expression,
    ast.Call,
    ast.Name,
    ast.Load,
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
)
_EXPRESSION = (*_ARITHMETIC, ast.keyword)
_GUARD = (*_ARITHMETIC, ast.BoolOp, ast.boolop, ast.Subscript, ast.Attribute, ast.Index)


def danger_of(path: str) -> Optional[str]:
    """Return what in a .pt2 file could run code when it is loaded; None where nothing could."""
    import torch

    try:
        with open(path, "rb") as stream, zipfile.ZipFile(stream) as archive:
            listed = [name.partition("/")[2] for name in archive.namelist()]
        reader = torch._C.PyTorchFileReader(path)
        records = reader.get_all_records()
        # Two readers of zip files must see the same: torch.export.load has a second one to fall back on.
        if sorted(listed) != sorted(records):
            return "it is no archive of a present PyTorch"
        for found in _dangers(reader, records):
            return found
    except (RuntimeError, ValueError, KeyError, TypeError, zipfile.BadZipFile, RecursionError) as error:
        return f"it cannot be looked at: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    return None


def _dangers(reader: Any, records: List[str]) -> Iterator[str]:
    yield from (f"it holds {record}" for record in records if not _RECORD.fullmatch(record))
    if "data/sample_inputs/model.pt" in records:
        yield from _sample_danger(reader.get_record("data/sample_inputs/model.pt"))
    for record, name in _PAYLOADS.items():
        yield from _payload_dangers(json.loads(reader.get_record(record)), name)
    program = json.loads(reader.get_record("models/model.json"))
    yield from _value_dangers(program, "")


def _sample_danger(content: bytes) -> Iterator[str]:
    import io
    import pickle

    import torch

    try:
        torch.load(io.BytesIO(content), weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError):
        yield "its sample inputs are a pickle of more than tensors"


def _payload_dangers(config: Dict[str, Any], name: str) -> Iterator[str]:
    for key, payload in config["config"].items():
        if payload["use_pickle"] is not False or not re.fullmatch(rf"{name}_\d+", payload["path_name"]):
            yield f"its tensor {key} is a pickle"


def _value_dangers(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not _PLAIN.fullmatch(name):
                yield f"its graph has the name {name!r}"
            yield from _field_dangers(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _field_dangers(key, inner) if isinstance(inner, str) else _value_dangers(inner, key)


def _field_dangers(name: str, value: Any) -> Iterator[str]:
    if name == "guards_code":
        yield from (f"its graph has the guard {each!r}" for each in value if not _harmless_guard(each))
    elif name in ("custom_obj_values", "as_custom_obj", "treespec_namedtuple_fields", "as_opaque_value"):
        if value:
            yield f"its graph has {name}"
    elif name == "metadata" and isinstance(value, dict):
        if not _NOTES.issuperset(value):
            yield "its graph has notes of an unknown kind"
    elif not isinstance(value, str):
        yield from _value_dangers(value, name)
    elif not _harmless_text(name, value):
        yield f"its graph has the {name} {value[:60]!r}"


def _harmless_text(name: str, text: str) -> bool:
    if name in ("target", "as_operator"):
        return _harmless_operator(text)
    if name == "expr_str":
        return _harmless_expression(text)
    if name in ("in_spec", "out_spec"):
        version, tree = json.loads(text)
        return version == 1 and _harmless_tree(tree)
    # The text of an argument (`einsum`'s equation) is written with repr() into the code that PyTorch makes.
    return name == "as_string" or _PLAIN.fullmatch(text) is not None


def _harmless_operator(text: str) -> bool:
    found = _OPERATOR.fullmatch(text)
    # The target of an input's or an output's description is the name of a buffer.
    if found is None:
        return re.fullmatch(r"\w+(\.\w+)*", text) is not None and text.split(".", maxsplit=1)[0] not in (
            "torch",
            "_operator",
            "math",
        )
    return found.group(1) not in _FILES and text not in _PYTHON


def _harmless_expression(text: str) -> bool:
    """Tell whether sympy, which evaluates such a text, finds only its own functions in it."""
    try:
        nodes = list(ast.walk(ast.parse(text, mode="eval")))
    except SyntaxError:
        return False
    return all(isinstance(node, _EXPRESSION) and _harmless_node(node) for node in nodes)


def _harmless_guard(text: str) -> bool:
    """Tell whether a condition, which PyTorch runs as Python, asks nothing but the sizes of the inputs."""
    try:
        nodes = list(ast.walk(ast.parse(text, mode="eval")))
    except SyntaxError:
        return False
    return all(isinstance(node, _GUARD) and _harmless_size(node) for node in nodes)


def _harmless_size(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and not node.args and not node.keywords
    if isinstance(node, ast.Attribute):
        return node.attr == "size"
    return not isinstance(node, ast.Name) or node.id == "L"


def _harmless_node(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _SYMPY
    if isinstance(node, ast.Name):
        return node.id in _SYMPY or re.fullmatch(r"[a-z]{1,4}\d+|int_oo|oo|inf|nan|true|false", node.id) is not None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.fullmatch(r"\w{1,40}", node.value) is not None and "__" not in node.value
    return True


def _harmless_tree(tree: Dict[str, Any]) -> bool:
    if tree["type"] not in _TREES or not set(tree) <= {"type", "context", "children_spec"}:
        return False
    context = json.loads(tree["context"]) if tree["context"] is not None else None
    if not (context is None or (isinstance(context, list) and all(isinstance(key, (str, int)) for key in context))):
        return False
    return all(_harmless_tree(child) for child in tree["children_spec"])
