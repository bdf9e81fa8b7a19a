"""Models that want to do harm when they are loaded; each must be refused, and nothing of it may run."""

from __future__ import annotations

import json
import os
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

import mlplat.sklearn
from mlplat.exceptions import MlplatException

HERE = Path.cwd()
X = np.random.RandomState(0).rand(60, 4)
Y = (X[:, 0] > 0.5).astype(int)


class Harm:
    def __reduce__(self) -> tuple:
        return os.system, (f"touch {HERE / 'executed'}",)


def saved(name: str, model: object, **how: object) -> Path:
    folder = HERE / name
    mlplat.sklearn.save_model(model, folder, **how)
    return folder


def refused(folder: object, word: str) -> None:
    message = "it was loaded\n"
    try:
        mlplat.sklearn.load_model(folder)
    except MlplatException as error:
        message = error.message
    assert word in message, (folder, message)
    assert "\n" not in message, (folder, message)
    assert not (HERE / "executed").exists()


def edit(folder: Path, change: object) -> Path:
    """Change the schema of a skops file."""
    path = folder / "model.skops"
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    schema = json.loads(parts["schema.json"])
    change(schema, parts)
    parts["schema.json"] = json.dumps(schema).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return folder


def spoilt(model: object, **attributes: object) -> object:
    for name, value in attributes.items():
        setattr(model, name, value)
    return model


def with_nodes(model: object, change: object) -> object:
    state = model.tree_.__getstate__()
    nodes = state["nodes"].copy()
    change(nodes)
    state["nodes"] = nodes
    model.tree_.__setstate__(state)
    return model


def set_field(field: str, row: int, value: int) -> object:
    def change(nodes: np.ndarray) -> None:
        nodes[field][row] = value

    return change


def tree() -> DecisionTreeClassifier:
    return DecisionTreeClassifier().fit(X, Y)


# Pickles, under each name that a model may call them by.
for form in ("pickle", "cloudpickle"):
    folder = saved(f"pickle-{form}", LogisticRegression().fit(X, Y), serialization_format=form)
    (folder / "model.pkl").write_bytes(pickle.dumps(Harm()))
    refused(folder, "trust=True")

# What a model's own files say of trust is not believed.
listed = saved("listed", FunctionTransformer(os.system), skops_trusted_types=["posix.system", "os.system"])
refused(listed, "not on our list")


# A file of skops that names something else than it holds.
def other_type(schema: dict, parts: dict) -> None:
    schema["__module__"], schema["__class__"] = "subprocess", "Popen"


refused(edit(saved("other-type", LogisticRegression().fit(X, Y)), other_type), "not on our list")

# Paths that lead out of the folder.
outside = HERE / "outside.skops"
inner = saved("outside", LogisticRegression().fit(X, Y))
outside.write_bytes((inner / "model.skops").read_bytes())
described = (inner / "MLmodel").read_text()
for path in ("../outside.skops", str(outside), "a/../../outside.skops", "..\\outside.skops"):
    (inner / "MLmodel").write_text(described.replace("model.skops", json.dumps(path)))
    refused(inner, "outside")
(inner / "MLmodel").write_text(described)
(inner / "model.skops").unlink()
(inner / "model.skops").symlink_to(outside)
refused(inner, "outside")

# Tags of YAML, and what is no MLmodel at all.
for text in ("!!python/object/apply:os.system ['touch executed']", "flavors: [1]", "- 1", "\0", "a: *b"):
    (inner / "MLmodel").write_text(text)
    refused(inner, "MLmodel")

# Code of the model.
code = HERE / "module.py"
code.write_text(f"import os; os.system('touch {HERE / 'executed'}')")
refused(saved("code", LogisticRegression().fit(X, Y), code_paths=[str(code)]), "Python code")

# Numbers that compiled code would believe.
refused(
    saved("cycle", with_nodes(tree(), set_field("left_child", 1 if tree().tree_.node_count > 3 else 0, 0))), "numbers"
)
refused(saved("child", with_nodes(tree(), set_field("right_child", 0, 1 << 40))), "numbers")
refused(saved("feature", with_nodes(tree(), set_field("feature", 0, 1 << 40))), "numbers")
refused(saved("width", spoilt(tree(), n_features_in_=1)), "numbers")
refused(saved("forest", spoilt(RandomForestClassifier(5).fit(X, Y), n_features_in_=1)), "numbers")
boosted = HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2).fit(X, Y)
boosted._predictors[0][0].nodes["feature_idx"][0] = 1 << 20
refused(saved("histogram", boosted), "numbers")
near = KNeighborsClassifier(algorithm="kd_tree").fit(X, Y)
np.asarray(near._tree.get_arrays()[1])[0] = 1 << 40
state = list(near._tree.__getstate__())
indices = state[1].copy()
indices[0] = 1 << 40
state[1] = indices
near._tree.__setstate__(tuple(state))
refused(saved("near", near), "numbers")
sys.stdout.write("all refused")
