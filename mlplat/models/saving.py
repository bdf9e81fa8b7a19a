"""Writing a model. In: a native model, its flavor, what the caller said of it. Out: a folder with everything in it."""

from __future__ import annotations

import os
import platform
import shutil
from typing import Any, Dict, List, NamedTuple, Optional

from mlplat.exceptions import IO_FAILED, MlplatException
from mlplat.models.environment import pyfunc_environment, write_environment
from mlplat.models.example import Example
from mlplat.models.flavor import Flavor, Written
from mlplat.models.model import FILE_NAME, PYFUNC, Model
from mlplat.models.requirements import (
    Requirements,
    given_requirements,
    infer_pip_requirements,
    modules_without_home,
    not_named,
)
from mlplat.version import __version__

CODE = "code"
EXTRA = "extra_files"
NUMBERS = frozenset({"integer", "long", "float", "double"})
"""The types of columns that an array of numbers holds."""


class Given(NamedTuple):
    """What every `save_model` and `log_model` understands, whatever the flavor.

    Attributes:
        signature: inferred from the example unless given; False for none.
        input_example: data as the model is asked with it, or a pair of that and a dict of parameters.
        pip_requirements: instead of those that the model is seen to need; extra_pip_requirements: besides them. A
            list, or the path of a requirements file.
        conda_env: a dict or the path of a file, kept as it is.
        code_paths: files and folders of Python code that the model needs.
        extra_files: paths of further files, kept in `extra_files/`.
        metadata: a dict of plain values, kept in MLmodel.
        training_data: whose summary is kept as `data_summary.json`: a table, or a tuple (features, targets).
        mlflow_model: a `Model` to go on with.
        name, params, tags, model_type, step, model_id, registered_model_name: of the logged model; see
            `mlplat.models.recording`. await_registration_for: accepted for MLflow's sake.
    """

    signature: Any = None
    input_example: Any = None
    pip_requirements: Optional[Requirements] = None
    extra_pip_requirements: Optional[Requirements] = None
    conda_env: Any = None
    code_paths: Optional[List[str]] = None
    extra_files: Optional[List[str]] = None
    metadata: Optional[Dict[str, Any]] = None
    training_data: Any = None
    mlflow_model: Optional[Model] = None
    name: Optional[str] = None
    registered_model_name: Optional[str] = None
    await_registration_for: Optional[int] = 300
    params: Optional[Dict[str, Any]] = None
    tags: Optional[Dict[str, Any]] = None
    model_type: Optional[str] = None
    step: int = 0
    model_id: Optional[str] = None
    run_id: Optional[str] = None


def given_of(given: Dict[str, Any]) -> Given:
    """Return the keyword arguments of a call as one value; TypeError for one that nobody knows."""
    unknown = sorted(set(given) - set(Given._fields))
    if unknown:
        raise TypeError(f"unexpected keyword argument {unknown[0]!r}; there are: {', '.join(Given._fields)}")
    return Given(**given)


def save(flavor: Flavor, model: Any, path: Any, options: Dict[str, Any], given: Given) -> Model:
    """Write a model into a new folder.

    Args:
        path: of the folder, which is made; it may be there if it is empty.
        options: what only this flavor understands.

    Returns:
        What the folder's MLmodel file says.

    Raises:
        MlplatException: the folder is not empty, or the model cannot be written; then nothing is left of it.
    """
    folder = os.path.abspath(os.fspath(path))
    if os.path.exists(folder) and (not os.path.isdir(folder) or os.listdir(folder)):
        raise MlplatException(f"{folder} is there already; a model is saved into a new folder")
    existed = os.path.isdir(folder)
    try:
        os.makedirs(folder, exist_ok=True)
        return _fill(flavor, model, folder, options, given)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if existed:
            os.makedirs(folder, exist_ok=True)
        if isinstance(error, OSError):
            raise MlplatException(f"cannot save the model to {folder}: {error}", IO_FAILED) from error
        raise


def _fill(flavor: Flavor, model: Any, folder: str, options: Dict[str, Any], given: Given) -> Model:
    written = flavor.write(model, folder, options)
    code = _copy(given.code_paths, os.path.join(folder, CODE), CODE)
    _copy(given.extra_files, os.path.join(folder, EXTRA), EXTRA)
    described = given.mlflow_model or Model()
    described.others.setdefault("mlplat_version", __version__)
    described.metadata = given.metadata if given.metadata is not None else described.metadata
    own = {**written.fields, "code": code}
    pyfunc = {
        **(written.pyfunc or {}),
        "loader_module": flavor.loader_module,
        "python_version": platform.python_version(),
        "env": pyfunc_environment(),
    }
    if code:
        pyfunc["code"] = code
    fields = {**pyfunc, **own}
    if flavor.name != PYFUNC:
        described.add_flavor(flavor.name, **own)
    if written.pyfunc is not None:
        described.add_flavor(PYFUNC, **(fields if flavor.name == PYFUNC else pyfunc))
    _describe_data(flavor, model, folder, fields, given, described)
    _write_environment(flavor, model, folder, written, given, _needs_pandas(flavor, model, fields, described))
    described.model_size_bytes = _size(folder)
    described.save(os.path.join(folder, FILE_NAME))
    return described


def _describe_data(
    flavor: Flavor, model: Any, folder: str, fields: Dict[str, Any], given: Given, described: Model
) -> None:
    """Keep the example, the signature and the summary of the training data."""
    from mlplat.models.signature import ModelSignature

    example = None if given.input_example is None else Example(given.input_example)
    if example is not None:
        described.saved_input_example_info = example.save(folder)
    if given.signature is None and example is not None and PYFUNC in described.flavors:
        try:
            outputs = flavor.predictor(model, fields, None).predict(example.data, example.params)
            described.signature = _signature_of(example, outputs)
        except Exception as error:
            _warn(f"no signature could be inferred from the input example: {type(error).__name__}: {error}")
    elif given.signature not in (None, False):
        if not isinstance(given.signature, ModelSignature):
            raise MlplatException(
                f"a signature is what infer_signature returns, not a {type(given.signature).__name__}"
            )
        described.signature = given.signature
    if given.training_data is not None:
        from mlplat.models.data_summary import summarize, write_summary

        write_summary(summarize(given.training_data), folder)


def _signature_of(example: Example, outputs: Any) -> Any:
    import warnings

    from mlplat.models.signature import infer_signature

    with warnings.catch_warnings():
        # Of inputs that may be missing this is worth saying; nobody can cast what a model answers.
        warnings.filterwarnings("ignore", message="the outputs have columns of whole numbers")
        return infer_signature(example.data, outputs, example.params)


def _write_environment(
    flavor: Flavor, model: Any, folder: str, written: Written, given: Given, with_pandas: bool
) -> None:
    constraints: List[str] = []
    if given.pip_requirements is not None:
        requirements, constraints = given_requirements(given.pip_requirements)
        # With MLflow cloudpickle comes along, so lists that were made for it do not name what the file is written by.
        requirements = [*requirements, *not_named(requirements, written.packages)]
    else:
        packages = [*flavor.packages, *written.packages, *(["pandas"] if with_pandas else [])]
        requirements = infer_pip_requirements(model, packages)
        if with_pandas and not any(each.startswith("pandas==") for each in requirements):
            requirements.append("pandas")  # whoever serves it makes a table of what it is asked
        _warn_of_own_modules(model, given)
    if given.extra_pip_requirements is not None:
        further, more = given_requirements(given.extra_pip_requirements)
        requirements, constraints = [*requirements, *further], [*constraints, *more]
    write_environment(folder, requirements, constraints, given.conda_env)


def _warn_of_own_modules(model: Any, given: Given) -> None:
    carried = {os.path.splitext(os.path.basename(os.path.abspath(each)))[0] for each in given.code_paths or ()}
    missing = [each for each in modules_without_home(model) if each not in carried]
    if missing:
        _warn(
            f"the model needs the module {missing[0]}, which no installed package brings: give its file or folder in "
            "code_paths, or it cannot be loaded elsewhere"
        )


def _needs_pandas(flavor: Flavor, model: Any, fields: Dict[str, Any], described: Model) -> bool:
    """Tell whether the model is asked with a data frame: with columns, unless numbers in an array do as well.

    The stock client always makes a data frame of columns, and brings its own pandas.
    """
    schema = described.get_input_schema()
    if schema is None:
        return (described.saved_input_example_info or {}).get("type") == "dataframe"
    if schema.is_tensor_spec():
        return False
    if any(str(each).rpartition(".")[2] not in NUMBERS for each in schema.input_types()):
        return True
    try:
        return not flavor.predictor(model, fields, described.signature).takes_arrays
    except Exception:  # a model that cannot be asked is kept all the same
        return True


def _copy(paths: Optional[List[str]], folder: str, name: str) -> Optional[str]:
    """Copy files and folders into a new one; return its name, None where there is nothing to copy."""
    if not paths:
        return None
    if isinstance(paths, (str, os.PathLike)):
        raise MlplatException(f"{'code_paths' if name == CODE else name} is a list of paths, not a single one")
    os.makedirs(folder)
    for each in paths:
        source = os.path.abspath(os.fspath(each))
        target = os.path.join(folder, os.path.basename(source))
        if os.path.isdir(source):
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".git"))
        elif os.path.isfile(source):
            shutil.copyfile(source, target)
        else:
            raise MlplatException(f"there is no file or folder {each}")
    return name


def _size(folder: str) -> int:
    return sum(os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(folder) for name in names)


def _warn(text: str) -> None:
    import warnings

    warnings.warn(text, stacklevel=5)
