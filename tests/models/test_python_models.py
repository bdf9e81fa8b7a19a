"""Models of own code without any framework: from a file, by a loader's module; trusted or not."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import mlplat
from mlplat import pyfunc
from mlplat.models import infer_signature
from mlplat.models.trust import remember

MODEL = """
from pathlib import Path

import mlflow
from mlflow.models import ModelConfig, set_model
from mlflow.pyfunc import PythonModel

config = ModelConfig(development_config={"greeting": "Hello"})


class Greeter(PythonModel):
    def load_context(self, context):
        self.end = Path(context.artifacts["end"]).read_text() if context.artifacts else "."

    def predict(self, context, model_input: list[str], params=None) -> list[str]:
        import mlflow.exceptions

        assert issubclass(mlflow.exceptions.MlflowException, Exception)
        return [f"{config.get('greeting')} {name}{self.end}{(params or {}).get('more', '')}" for name in model_input]

    def predict_stream(self, context, model_input, params=None):
        yield from self.predict(context, model_input)


set_model(Greeter())
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A file of a model from code; this process has a store of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "greeter.py"
    path.write_text(MODEL)
    return path


@pytest.fixture
def saved(source, tmp_path):
    (tmp_path / "end.txt").write_text("!")
    pyfunc.save_model("saved", python_model=source, artifacts={"end": "end.txt"}, model_config={"greeting": "Moin"})
    return tmp_path / "saved"


def test_a_model_from_code_answers_with_its_configuration_and_artifacts(saved, source):
    source.unlink()
    model = pyfunc.load_model(saved, trust=True)

    assert model.predict(["Ada", "Bob"]) == ["Moin Ada!", "Moin Bob!"]
    assert list(model.predict_stream(["Ada"])) == ["Moin Ada!"]
    assert pyfunc.load_model(saved, model_config={"greeting": "Hi"}, trust=True).predict(["Ada"]) == ["Hi Ada!"]
    assert type(model.unwrap_python_model()).__name__ == "Greeter"
    assert model.metadata.flavors["python_function"]["streamable"] is True
    assert (model.model_id, model.input_example) == (None, None)
    assert repr(model) == "mlplat.pyfunc.loaded_model:\n  flavor: mlflow.pyfunc.loaders.code_model\n"
    assert "mlflow" not in sys.modules


def test_what_a_server_needs_is_required_though_it_is_not_here(saved):
    assert Path(pyfunc.get_model_dependencies(saved)).read_text().startswith("pandas")
    assert pyfunc.get_model_dependencies(saved, "conda") == str(saved / "conda.yaml")


def test_mlflow_stands_in_for_several_threads_and_is_gone_afterwards(saved):
    model = pyfunc.load_model(saved, trust=True)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: model.predict(["Ada"]), range(200)))

    assert answers == [["Moin Ada!"]] * 200
    assert not [name for name in sys.modules if name.partition(".")[0] == "mlflow"]


def test_type_hints_are_the_signature_and_name_the_row(saved):
    model = pyfunc.load_model(saved, trust=True)

    assert model.metadata.signature.to_dict()["inputs"] == '[{"type": "string", "required": true}]'
    assert model.metadata.others["is_signature_from_type_hint"] is True
    with pytest.raises(mlplat.MlplatException, match="row 1: the model takes string, not int 5"):
        model.predict(["Ada", 5])


def test_params_are_the_signatures(source):
    signature = infer_signature(["Ada"], ["Hello"], {"more": "?"})
    pyfunc.save_model("saved", python_model=source, signature=signature)
    model = pyfunc.load_model("saved", trust=True)

    assert model.predict(["Ada"]) == ["Hello Ada.?"]
    assert model.predict(["Ada"], {"more": "!"}) == ["Hello Ada.!"]
    with pytest.warns(UserWarning, match="does not know them, it knows more"):
        assert model.predict(["Ada"], {"less": 1}) == ["Hello Ada.?"]
    with pytest.raises(mlplat.MlplatException, match="parameter 'more': the model takes string, not int 3"):
        model.predict(["Ada"], {"more": 3})


def test_code_is_not_run_unless_it_is_trusted(saved):
    with pytest.raises(mlplat.MlplatException, match=r"greeter\.py is not loaded.*trust=True"):
        pyfunc.load_model(saved)

    remember(str(saved))
    assert pyfunc.load_model(saved).predict(["Ada"]) == ["Moin Ada!"]
    (saved / "greeter.py").write_text(MODEL + "\n")
    with pytest.raises(mlplat.MlplatException, match=r"greeter\.py is not loaded"):
        pyfunc.load_model(saved)


@pytest.mark.parametrize(
    "head",
    [
        "self, context, data",
        "self, data",
        "self, _, data",
        "self, ctx, data, params=None",
        "self, data, extra=2, *, params",
    ],
)
def test_predict_takes_what_its_author_wrote(source, head):
    source.write_text(
        f"from mlplat import models, pyfunc\n\n\nclass One(pyfunc.PythonModel):\n    def predict({head}):\n"
        "        return len(data)\n\n\nmodels.set_model(One())\n"
    )
    pyfunc.save_model("saved", python_model=source)

    assert pyfunc.load_model("saved", trust=True).predict([1, 2]) == 2


def loader(folder, name, answer):
    path = folder / f"{name}.py"
    path.write_text(
        "from pathlib import Path\n\n\n"
        f"class Loaded:\n    def __init__(self, path):\n        self.text = Path(path).read_text()\n\n"
        f"    def predict(self, data):\n        return [self.text, {answer!r}]\n\n\n"
        f"def _load_pyfunc(path):\n    return Loaded(path)\n"
    )
    return str(path)


def test_a_loaders_module_reads_the_data_that_travels_along(source, tmp_path):
    (tmp_path / "data.txt").write_text("kept")
    for folder, answer in (("one", 1), ("two", 2)):
        (tmp_path / folder).mkdir()
        code = loader(tmp_path / folder, "my_loader", answer)
        pyfunc.save_model(f"saved-{folder}", "my_loader", "data.txt", code_paths=[code])

    one, two = (pyfunc.load_model(f"saved-{folder}", trust=True) for folder in ("one", "two"))
    assert (one.predict([]), two.predict([])) == (["kept", 1], ["kept", 2])
    with pytest.raises(mlplat.MlplatException, match="code is not loaded"):
        pyfunc.load_model("saved-one")


def test_code_of_a_model_never_stands_in_for_pythons_own(source, tmp_path):
    (tmp_path / "data.txt").write_text("kept")
    (tmp_path / "wave.py").write_text("raise SystemExit('the model ran instead of the standard library')")
    code = [loader(tmp_path, "second_loader", 1), str(tmp_path / "wave.py")]
    pyfunc.save_model("saved", "second_loader", "data.txt", code_paths=code)
    pyfunc.load_model("saved", trust=True)
    sys.modules.pop("wave", None)

    import wave

    assert Path(wave.__file__).parent == Path(os.__file__).parent


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "given by python_model, or by loader_module"),
        ({"python_model": "greeter.py", "loader_module": "x"}, "not by both"),
        ({"python_model": "greeter.txt"}, r"is a file of Python, \*\.py"),
        ({"python_model": "nothing.py"}, "cannot read .*nothing.py"),
        ({"python_model": 5}, "not a int"),
        ({"python_model": "greeter.py", "artifacts": {"a": "nowhere"}}, "there is no file or folder nowhere"),
        ({"python_model": "greeter.py", "model_config": "nowhere.yaml"}, "cannot read the model's configuration"),
        ({"python_model": "empty.py"}, "makes no model"),
        ({"python_model": "raises.py"}, "raises ZeroDivisionError"),
    ],
)
def test_what_cannot_be_saved_is_said(source, tmp_path, arguments, message):
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "raises.py").write_text("1 / 0")

    with pytest.raises(mlplat.MlplatException, match=message):
        pyfunc.save_model("saved", **arguments)
    assert not Path("saved").exists()


def test_an_unknown_name_of_mlflows_is_said(source):
    source.write_text("import mlflow\nmlflow.gateway_of_nothing()\n")

    with pytest.raises(mlplat.MlplatException, match=r"uses mlflow\.gateway_of_nothing.*install mlflow"):
        pyfunc.save_model("saved", python_model=source)
