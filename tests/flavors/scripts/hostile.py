"""Models that somebody made to do harm, of one family. In: the family, a folder. Out: an error where one succeeds.

Each is written by us, then changed as an attacker would; loading it must be refused, and nothing may have happened.
"""

import pickle
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

warnings.simplefilter("ignore")

from samples import Sample, samples_of  # noqa: E402

import mlplat  # noqa: E402
from mlplat.models.loading import load_predictor  # noqa: E402
from mlplat.models.trust import Trust  # noqa: E402


class Harm:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple:
        return Path.touch, (self.mark,)


def attacks(family: str, mark: Path) -> Iterator[tuple[str, Callable[[Path], None], str]]:
    """Yield a sample's name, what is done to its folder, and what the refusal must say."""
    first = {"boosters": "xgb-classes", "onnx": "onnx-classes", "statsmodels": "stats-linear"}
    if family in first:
        yield first[family], lambda folder: into(folder, "MLmodel", "data: model", "data: ../outside/model"), "outside"
        yield first[family], link, "outside"
    if family == "boosters":
        named = "model_class: xgboost.sklearn.XGBClassifier"
        yield (
            "xgb-classes",
            lambda folder: into(folder, "MLmodel", named, "model_class: harmful.Model"),
            "harmful.Model",
        )
        yield "xgb-classes", lambda folder: into(folder, "MLmodel", named, "model_class: xgboost.os"), "none of XGBoost"
        yield "cat-names", lambda folder: into(folder, "MLmodel", ": CatBoostClassifier", ": os.system"), "none of CatB"
        yield (
            "lgb-booster",
            lambda folder: into(folder, "MLmodel", "model.lgb", "model.pkl", pickled(mark)),
            "trust=True",
        )
        yield "lgb-names", lambda folder: swapped(folder / "model.skops", "lightgbm.sklearn", "harmful"), "trust=True"
    if family == "onnx":
        for option in (f"optimized_model_filepath: {mark}", "extra_session_config: {session.x: y}"):
            changed = f"onnx_session_options:\n      {option}"
            yield (
                "onnx-classes",
                lambda folder, to=changed: into(folder, "MLmodel", "onnx_session_options: null", to),
                "trust=True",
            )
        library = "providers:\n    - - CPUExecutionProvider\n      - library: /tmp/x.so"
        yield "onnx-classes", lambda folder: into(folder, "MLmodel", "providers:", library), "trust=True"
    if family == "statsmodels":
        yield "stats-linear", lambda folder: (folder / "model.statsmodels").write_bytes(pickled(mark)), "trust=True"
    if family == "spacy":
        config = "model.spacy/config.cfg"
        for old, new in (
            ("before_creation = null", 'before_creation = {"@callbacks": "spacy.copy_from_base_model.v1"}'),
            ('@architectures = "spacy.TextCatBOW.v3"', '@architectures = "spacy.TorchBiLSTMEncoder.v1"'),
            ('@scorers = "spacy.textcat_scorer.v2"', '@readers = "srsly.read_json.v1"\npath = "/etc/passwd"'),
            ('@scorers = "spacy.textcat_scorer.v2"', '@layers = "PyTorchWrapper.v3"'),
            ('@scorers = "spacy.textcat_scorer.v2"', '@misc = "spacy.KBFromFile.v1"'),
            ('factory = "textcat"', 'factory = "textcat"\nsource = "en_harmful"'),
        ):
            yield "spacy-categories", lambda folder, old=old, new=new: into(folder, config, old, new), "trust=True"


def into(folder: Path, name: str, old: str, new: str, payload: "bytes | None" = None) -> None:
    text = (folder / name).read_text()
    assert old in text, (old, text)
    (folder / name).write_text(text.replace(old, new))
    if payload is not None:
        (folder / new).write_bytes(payload)


def link(folder: Path) -> None:
    for path in folder.glob("model.*"):
        outside = folder.parent / f"outside-{path.name}"
        shutil.move(path, outside)
        path.symlink_to(outside.resolve())


def pickled(mark: Path) -> bytes:
    return pickle.dumps(Harm(mark))


def swapped(path: Path, old: str, new: str) -> None:
    """Change a text in a zip file's schema."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content.replace(old.encode(), new.encode()) if name == "schema.json" else content)


def refused(sample: Sample, folder: Path, why: str) -> None:
    load = import_module(f"mlplat.{sample.flavor}").load_model
    for attempt in (lambda: load(folder), lambda: load_predictor(str(folder), Trust())):
        try:
            attempt()
        except mlplat.MlplatException as error:
            if why in str(error):
                continue
            raise
        raise AssertionError(f"{folder} was loaded")


def refuse(family: str, folder: Path) -> None:
    (folder / "harmful.py").write_text(f"open({str(folder / 'mark')!r}, 'w')")
    sys.path.insert(0, str(folder))
    samples = {sample.name: sample for sample in samples_of(family)}
    for number, (name, attack, why) in enumerate(attacks(family, folder / "mark")):
        sample, target = samples[name], folder / str(number) / "model"
        import_module(f"mlplat.{sample.flavor}").save_model(sample.model, target, **sample.options)
        attack(target)
        refused(sample, target, why)
    assert not (folder / "mark").exists(), "something was executed"
