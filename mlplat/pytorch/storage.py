"""Files of a PyTorch model. In: a module. Out: its files in `data/`; from them the module again.

`model.pt2` is an exported program, `model.safetensors` the weights, `model.structure` (JSON) what a module is made of,
beside either of them; `model.pth` is a pickle or TorchScript.
"""

from __future__ import annotations

import json
import os
import zipfile
from typing import TYPE_CHECKING, Any, BinaryIO, Dict, Optional, Tuple

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.flavor import Written
    from mlplat.models.trust import Trust

FOLDER = "data"
PROGRAM = "model.pt2"
WEIGHTS = "model.safetensors"
STRUCTURE = "model.structure"
PICKLE = "model.pth"
PICKLE_MODULE = "pickle_module_info.txt"
FORMS = ("pt2", "safetensors", "pickle")


def write(model: Any, folder: str, options: Dict[str, Any]) -> Written:
    """Write a module's files; MLflow's keys are returned, and which of FORMS it is."""
    import torch

    from mlplat.models.flavor import Written

    form = options.get("serialization_format")
    if form not in (None, *FORMS):
        raise MlplatException(f"serialization_format is one of {', '.join(FORMS)}, not {form!r}")
    if not isinstance(model, (torch.nn.Module, torch.export.ExportedProgram)):
        raise MlplatException(f"a model of PyTorch is a torch.nn.Module, not a {type(model).__name__}")
    data = os.path.join(folder, FOLDER)
    os.mkdir(data)
    form = form or _first_safe(model, data, options)
    packages: Tuple[str, ...] = ()
    if form == "pt2":
        if not os.path.exists(os.path.join(data, PROGRAM)):
            _write_program(model, data, options)
    elif form == "safetensors":
        _write_weights(model, data)
        packages = ("safetensors",)
    else:
        packages = (_write_pickle(model, data),)
    return Written(
        {"model_data": FOLDER, "pytorch_version": str(torch.__version__), "serialization_format": form},
        {"data": FOLDER, "config": {"device": None}},
        packages,
    )


def read(data: str, trust: Trust) -> Any:
    """Load a module from its folder `data/`.

    Raises:
        MlplatException: there are no such files, or they could run code and may not.
    """
    if os.path.exists(os.path.join(data, PROGRAM)):
        return _read_program(data, trust)
    if os.path.exists(os.path.join(data, WEIGHTS)):
        return _read_weights(data, trust)
    path = os.path.join(data, PICKLE)
    if not os.path.exists(path):
        raise MlplatException(f"there is no {PROGRAM}, {WEIGHTS} or {PICKLE} in {data}")
    with trust.opened(path, "it is a pickle") as file:
        return _read_pickle(file)


def _first_safe(model: Any, data: str, options: Dict[str, Any]) -> str:
    """Return the form that can hold a module without a pickle; that of an exported program is written already."""
    from mlplat.pytorch.program import danger_of

    path, why = os.path.join(data, PROGRAM), ""
    try:
        _write_program(model, data, options)
        if not danger_of(path):
            return "pt2"
        os.unlink(path)
    except MlplatException as error:
        why = str(error)
    try:
        from mlplat.pytorch.structure import described

        described(model)
    except MlplatException as error:
        raise MlplatException(f"{error} ({why})" if why else str(error)) from error
    return "safetensors"


def _write_program(model: Any, data: str, options: Dict[str, Any]) -> None:
    import torch

    from mlplat.pytorch.export import exported

    program = model if isinstance(model, torch.export.ExportedProgram) else exported(model, options)
    torch.export.save(program, os.path.join(data, PROGRAM))
    if program is not model:
        _write_structure(model, data)


def _write_structure(model: Any, data: str) -> Optional[Dict[str, Any]]:
    """Write what a module is made of, where that is data; return its tensors."""
    from mlplat.pytorch.structure import described

    try:
        structure, tensors = described(model)
    except MlplatException:
        return None
    with open(os.path.join(data, STRUCTURE), "w", encoding="utf-8") as file:
        json.dump(structure, file)
    return tensors


def _write_weights(model: Any, data: str) -> None:
    from mlplat.pytorch.structure import described

    try:
        from safetensors.torch import save_file
    except ImportError as error:
        raise MlplatException(
            "weights are kept by safetensors, which is not installed here; or give an input_example that the model can "
            "be exported with"
        ) from error
    structure, tensors = described(model)
    with open(os.path.join(data, STRUCTURE), "w", encoding="utf-8") as file:
        json.dump(structure, file)
    # Memory that two tensors share would be refused.
    save_file({name: each.clone().contiguous() for name, each in tensors.items()}, os.path.join(data, WEIGHTS))


def _write_pickle(model: Any, data: str) -> str:
    import torch

    path, module = os.path.join(data, PICKLE), "pickle"
    if isinstance(model, torch.jit.ScriptModule):
        torch.jit.save(model, path)
    else:
        try:
            import cloudpickle as pickler

            module = "cloudpickle"
        except ImportError:
            import pickle as pickler
        torch.save(model, path, pickle_module=pickler)
    with open(os.path.join(data, PICKLE_MODULE), "w", encoding="utf-8") as file:
        file.write("pickle")  # what either wrote is read by it
    return module


def _read_program(data: str, trust: Trust) -> Any:
    import torch

    from mlplat.pytorch.program import danger_of

    path = os.path.join(data, PROGRAM)
    danger = danger_of(path)
    if danger:
        trust.require(path, danger)
    program = torch.export.load(path)
    structure = os.path.join(data, STRUCTURE)
    if os.path.exists(structure):
        try:
            return _rebuilt(structure, {**program.constants, **program.state_dict}, trust)
        except (MlplatException, KeyError):
            pass  # its graph does the same
    return program.module()


def _read_weights(data: str, trust: Trust) -> Any:
    from safetensors.torch import load_file

    try:
        return _rebuilt(os.path.join(data, STRUCTURE), load_file(os.path.join(data, WEIGHTS)), trust)
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        raise MlplatException(f"the structure in {data} is damaged: {type(error).__name__}: {error}") from error


def _rebuilt(structure: str, tensors: Dict[str, Any], trust: Trust) -> Any:
    from mlplat.pytorch.structure import rebuilt

    with open(structure, encoding="utf-8") as file:
        content = json.load(file)
    return rebuilt(
        content,
        tensors,
        lambda name: trust.require(structure, f"it names the class {name}, which is not imported here"),
    )


def _read_pickle(file: BinaryIO) -> Any:
    import torch

    is_script = False
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            is_script = any("/code/" in name for name in archive.namelist())
    file.seek(0)
    if is_script:
        return torch.jit.load(file, map_location="cpu")
    return torch.load(file, map_location="cpu", weights_only=False)
