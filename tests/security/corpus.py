"""Models that mean harm. In: an empty folder, a canary's path. Out: a model's folder that would make the canary sing.

Each function of `ATTACKS` builds one; whatever loads or looks at it must refuse it in one line and run none of it.
"""

from __future__ import annotations

import io
import json
import marshal
import os
import pickle
import py_compile
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Attack = Callable[[Path, Path], None]
SIGNATURE = '[{"type": "double", "name": "a", "required": true}]'

FLAVORS = (
    *("python_function", "sklearn", "xgboost", "lightgbm", "catboost", "pytorch", "keras", "tensorflow", "onnx"),
    *("statsmodels", "spacy", "transformers", "sentence_transformers"),
)


class Bomb:
    """A pickle of it makes a file when it is loaded."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return exec, (singing(self.canary),)


def singing(canary: Path) -> str:
    """Return Python that makes the canary's file."""
    return f"open({str(canary)!r}, 'a').close()\n"


def mlmodel(folder: Path, flavors: dict[str, dict[str, Any]], **more: Any) -> None:
    """Write an MLmodel file."""
    signature = {"inputs": SIGNATURE, "outputs": None, "params": None}
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": flavors, "signature": signature, **more}))


def pyfunc(loader: str, **fields: Any) -> dict[str, Any]:
    return {"python_function": {"loader_module": loader, "python_version": "3.11.7", **fields}}


def sklearn(folder: Path, path: str, form: str = "cloudpickle", **more: Any) -> None:
    own = {"pickled_model": path, "serialization_format": form, "sklearn_version": "1.9.1", "code": None}
    mlmodel(folder, {**pyfunc("mlflow.sklearn", model_path=path), "sklearn": own}, **more)


def bomb(path: Path, canary: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(Bomb(canary)))


def outside(folder: Path, name: str) -> Path:
    """Return a path beside the model's folder, where its files have no business."""
    return folder.parent / name


# Pickles under every name that a flavor reads.


def pickle_of_sklearn(folder: Path, canary: Path) -> None:
    bomb(folder / "model.pkl", canary)
    sklearn(folder, "model.pkl")


def pickle_by_a_harmless_name(folder: Path, canary: Path) -> None:
    bomb(folder / "model.json", canary)
    sklearn(folder, "model.json")


def pickle_of_an_unknown_format(folder: Path, canary: Path) -> None:
    bomb(folder / "model.joblib", canary)
    sklearn(folder, "model.joblib", "joblib")


def pickle_in_an_old_model(folder: Path, canary: Path) -> None:
    bomb(folder / "model.pkl", canary)
    mlmodel(folder, pyfunc("mlflow.sklearn", data="model.pkl"))


def pickle_of_own_code(folder: Path, canary: Path) -> None:
    bomb(folder / "python_model.pkl", canary)
    mlmodel(folder, pyfunc("mlflow.pyfunc.model", python_model="python_model.pkl", cloudpickle_version="3.1.2"))


def pickles_of_other_flavors(folder: Path, canary: Path) -> None:
    bomb(folder / "model.pkl", canary)
    own = {"data": "model.pkl", "pickled_model": "model.pkl", "model_path": "model.pkl"}
    own |= {"serialization_format": "cloudpickle", "model_class": "os.system"}
    names = ("statsmodels", "lightgbm", "xgboost", "catboost", "onnx", "spacy", "keras", "tensorflow", "transformers")
    mlmodel(folder, {**pyfunc("mlflow.statsmodels", data="model.pkl"), **{name: dict(own) for name in names}})


def torch_checkpoint(folder: Path, canary: Path) -> None:
    (folder / "data").mkdir()
    with zipfile.ZipFile(folder / "data" / "model.pth", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Bomb(canary)))
        archive.writestr("archive/version", "3\n")
    (folder / "data" / "pickle_module_info.txt").write_text("evil_pickle")
    own = {"model_data": "data", "pytorch_version": "2.13.0", "code": None}
    mlmodel(folder, {**pyfunc("mlflow.pytorch", data="data", pickle_module_name="evil_pickle"), "pytorch": own})


def keras_lambda(folder: Path, canary: Path) -> None:
    (folder / "data").mkdir()
    code = marshal.dumps(compile(singing(canary), "lambda", "exec"))
    layer = {"class_name": "Lambda", "config": {"function": [code.hex(), None, None]}}
    with zipfile.ZipFile(folder / "data" / "model.keras", "w") as archive:
        archive.writestr("config.json", json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}}))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.13.0"}))
        archive.writestr("../../slipped.txt", "out")
    (folder / "data" / "keras_module.txt").write_text("evil_keras")
    own = {"data": "data", "keras_version": "3.13.0", "save_format": "keras", "model_path": "data/model.keras"}
    own |= {"keras_backend": "evil_backend"}
    mlmodel(folder, {**pyfunc("mlflow.keras", data="data"), "keras": dict(own), "tensorflow": dict(own)})


# YAML.


def yaml_tag(folder: Path, canary: Path) -> None:
    text = f"flavors: !!python/object/apply:builtins.exec [{json.dumps(singing(canary))}]\n"
    (folder / "MLmodel").write_text(text)


def yaml_tag_in_a_signature(folder: Path, canary: Path) -> None:
    pickle_of_sklearn(folder, canary)
    with (folder / "MLmodel").open("a") as file:
        file.write(f"metadata: !!python/object/new:os.system [touch {canary}]\n")


def billion_laughs(folder: Path, canary: Path) -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (folder / "MLmodel").write_text("\n".join([*lines, "flavors: {python_function: {loader_module: os}}", ""]))


def nested_yaml(folder: Path, canary: Path) -> None:
    (folder / "MLmodel").write_text("flavors: " + "[" * 100_000 + "\n")


def nested_signature(folder: Path, canary: Path) -> None:
    pickle_of_sklearn(folder, canary)
    deep = '{"type": "array", "items": ' * 5000 + '{"type": "long"}' + "}" * 5000
    mlmodel(folder, pyfunc("mlflow.sklearn", model_path="model.pkl"), signature={"inputs": f"[{deep}]"})


def no_mapping(folder: Path, canary: Path) -> None:
    (folder / "MLmodel").write_text("flavors: [python_function]\n")


def binary(folder: Path, canary: Path) -> None:
    (folder / "MLmodel").write_bytes(b"\xff\xfe\0\0" * 100)


# Paths.


def path_up(folder: Path, canary: Path) -> None:
    bomb(outside(folder, "evil.pkl"), canary)
    sklearn(folder, "../evil.pkl")


def path_up_by_backslashes(folder: Path, canary: Path) -> None:
    bomb(outside(folder, "evil.pkl"), canary)
    sklearn(folder, "..\\evil.pkl")


def path_absolute(folder: Path, canary: Path) -> None:
    bomb(outside(folder, "evil.pkl"), canary)
    sklearn(folder, str(outside(folder, "evil.pkl")))


def path_of_no_text(folder: Path, canary: Path) -> None:
    mlmodel(folder, pyfunc("mlflow.sklearn", model_path=["model.pkl"], data={"a": 1}, code=5))


def path_of_own_code_up(folder: Path, canary: Path) -> None:
    bomb(outside(folder, "evil.pkl"), canary)
    mlmodel(folder, pyfunc("mlflow.pyfunc.model", python_model="../evil.pkl"))


def artifacts_up(folder: Path, canary: Path) -> None:
    bomb(folder / "python_model.pkl", canary)
    artifacts = {"secret": {"path": "../../../../etc/passwd", "uri": "/etc/passwd"}}
    mlmodel(folder, pyfunc("mlflow.pyfunc.model", python_model="python_model.pkl", artifacts=artifacts))


def code_up(folder: Path, canary: Path) -> None:
    outside(folder, "evil").mkdir()
    (outside(folder, "evil") / "evil_code.py").write_text(singing(canary))
    mlmodel(folder, pyfunc("evil_code", code="../evil"))


def code_file_outside(folder: Path, canary: Path) -> None:
    path = outside(folder, "evil.py")
    path.write_text(singing(canary))
    mlmodel(folder, pyfunc("mlflow.pyfunc.loaders.code_model", model_code_path=str(path)))


def example_up(folder: Path, canary: Path) -> None:
    pickle_of_sklearn(folder, canary)
    info = {"artifact_path": "../../../etc/passwd", "serving_input_path": "/etc/passwd", "type": "json_object"}
    sklearn(folder, "model.pkl", saved_input_example_info=info)


def link_to_a_file(folder: Path, canary: Path) -> None:
    bomb(outside(folder, "evil.pkl"), canary)
    (folder / "model.pkl").symlink_to(outside(folder, "evil.pkl"))
    sklearn(folder, "model.pkl")


def link_to_a_folder(folder: Path, canary: Path) -> None:
    outside(folder, "evil").mkdir()
    (outside(folder, "evil") / "evil_code.py").write_text(singing(canary))
    (folder / "code").symlink_to(outside(folder, "evil"))
    mlmodel(folder, pyfunc("evil_code", code="code"))


# Code.


def code_file(folder: Path, canary: Path) -> None:
    (folder / "model.py").write_text(singing(canary))
    mlmodel(folder, pyfunc("mlflow.pyfunc.loaders.code_model", model_code_path="model.py"))


def loader_in_code(folder: Path, canary: Path) -> None:
    (folder / "code").mkdir()
    (folder / "code" / "evil_loader.py").write_text(singing(canary))
    mlmodel(folder, pyfunc("evil_loader", code="code"))


def code_in_place_of_the_standard_library(folder: Path, canary: Path) -> None:
    (folder / "code").mkdir()
    for name in ("pickle", "json", "numpy", "sklearn", "skops", "wave", "sitecustomize", "mlflow", "mlplat"):
        (folder / "code" / f"{name}.py").write_text(singing(canary))
    (folder / "model.skops").write_bytes(b"")
    own = {"pickled_model": "model.skops", "serialization_format": "skops", "code": "code"}
    mlmodel(folder, {**pyfunc("mlflow.sklearn", model_path="model.skops", code="code"), "sklearn": own})


def modules_beside_the_model(folder: Path, canary: Path) -> None:
    for name in ("sitecustomize", "usercustomize", "pickle", "yaml", "evil_loader"):
        (folder / f"{name}.py").write_text(singing(canary))
    mlmodel(folder, pyfunc("evil_loader"))


def loader_is_a_module_of_python(folder: Path, canary: Path) -> None:
    mlmodel(folder, pyfunc("os", data="MLmodel"))


def loader_runs_when_it_is_imported(folder: Path, canary: Path) -> None:
    mlmodel(folder, pyfunc("this"))


def loader_is_no_module(folder: Path, canary: Path) -> None:
    mlmodel(folder, pyfunc("os.system('touch x') or os; ../evil"))


def loader_of_an_unknown_kind(folder: Path, canary: Path) -> None:
    bomb(folder / "python_model.pkl", canary)
    mlmodel(folder, pyfunc("mlflow.pyfunc.loaders.chat_model", python_model="python_model.pkl"))


def claims_to_be_trusted(folder: Path, canary: Path) -> None:
    bomb(folder / "model.pkl", canary)
    (folder / "written").mkdir()
    (folder / ".mlplat").mkdir()
    (folder / "trust").write_text("true")
    trusted = {"trust": True, "trusted": True, "given": True, "skops_trusted_types": ["os.system", "builtins.exec"]}
    own = {"pickled_model": "model.pkl", "serialization_format": "cloudpickle", **trusted}
    flavors = {**pyfunc("mlflow.sklearn", model_path="model.pkl", **trusted), "sklearn": own}
    mlmodel(folder, flavors, **trusted, metadata=trusted, mlplat_version="0.1.0")


def brings_its_own_ledger(folder: Path, canary: Path) -> None:
    bomb(folder / "model.pkl", canary)
    sklearn(folder, "model.pkl")
    for place in (folder / ".mlplat" / "written", folder / "written", folder.parent / ".mlplat" / "written"):
        place.mkdir(parents=True)
        for name in (folder / "model.pkl").read_bytes().hex()[:64], "0" * 64:
            (place / name).touch()
    (folder / ".local" / "state" / "mlplat").mkdir(parents=True)
    (folder / ".local" / "state" / "mlplat" / "key").write_bytes(b"k" * 32)


# Archives.


def zip_slip(folder: Path, canary: Path) -> None:
    with zipfile.ZipFile(folder / "model.skops", "w") as archive:
        archive.writestr("schema.json", json.dumps({"__class__": "exec", "__module__": "builtins", "content": []}))
        archive.writestr("../../slipped.txt", "out")
        archive.writestr(str(canary), "out")
    sklearn(folder, "model.skops", "skops")


def zip_bomb(folder: Path, canary: Path) -> None:
    with zipfile.ZipFile(folder / "model.skops", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b"[" * (8 << 20))
    sklearn(folder, "model.skops", "skops")


def tar_slip(folder: Path, canary: Path) -> None:
    with tarfile.open(folder / "model.tar.gz", "w:gz") as archive:
        for name in ("../../slipped.txt", str(canary)):
            member = tarfile.TarInfo(name)
            member.size = 3
            archive.addfile(member, io.BytesIO(b"out"))
    sklearn(folder, "model.tar.gz")


def array_with_a_pickle(folder: Path, canary: Path) -> None:
    header = repr({"descr": "|O", "fortran_order": False, "shape": (1,)}).ljust(117) + "\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + pickle.dumps([Bomb(canary)])
    with zipfile.ZipFile(folder / "model.npz", "w") as archive:
        archive.writestr("a.npy", content)
        archive.writestr("../../slipped.npy", content)
    sklearn(folder, "model.npz", "npz")


ATTACKS: dict[str, Attack] = {
    each.__name__: each
    for each in (
        pickle_of_sklearn, pickle_by_a_harmless_name, pickle_of_an_unknown_format, pickle_in_an_old_model,
        pickle_of_own_code, pickles_of_other_flavors, torch_checkpoint, keras_lambda, yaml_tag, yaml_tag_in_a_signature,
        billion_laughs, nested_yaml, nested_signature, no_mapping, binary, path_up, path_up_by_backslashes,
        path_absolute, path_of_no_text, path_of_own_code_up, artifacts_up, code_up, code_file_outside, example_up,
        link_to_a_file, link_to_a_folder, code_file, loader_in_code, code_in_place_of_the_standard_library,
        modules_beside_the_model, loader_is_a_module_of_python, loader_runs_when_it_is_imported, loader_is_no_module,
        loader_of_an_unknown_kind, claims_to_be_trusted, brings_its_own_ledger, zip_slip, zip_bomb, tar_slip,
        array_with_a_pickle,
    )
}  # fmt: skip


def compiled_instead_of_the_source(folder: Path, canary: Path) -> None:
    """Put a compiled file beside each source in `code/` that Python would take for the source's own."""
    for source in (folder / "code").glob("*.py"):
        state, honest = source.stat(), source.read_bytes()
        padded = singing(canary).encode() + honest
        evil = folder / "evil.py"
        evil.write_bytes(padded)
        target = source.parent / "__pycache__" / f"{source.stem}.{os.sys.implementation.cache_tag}.pyc"  # type: ignore[attr-defined]
        target.parent.mkdir(exist_ok=True)
        py_compile.compile(str(evil), str(target), str(source), doraise=True)
        content = bytearray(target.read_bytes())
        content[4:16] = struct.pack("<III", 0, int(state.st_mtime) & 0xFFFFFFFF, len(honest))
        target.write_bytes(content)
        evil.unlink()


def copied(model: Path, to: Path) -> Path:
    """Copy a model as somebody else would who has its files."""
    shutil.copytree(model, to, symlinks=True)
    for source in model.rglob("*"):
        if source.is_file():
            os.utime(to / source.relative_to(model), (source.stat().st_mtime, source.stat().st_mtime))
    return to
