"""Small real models of every flavor with rows in, by family. In: a family's name. Out: samples, the same every time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd


class Sample(NamedTuple):
    """A model and what it is asked.

    Attributes:
        flavor: by which it is saved. data: a data frame. ask: its own way to answer.
        options: of `save_model`. codeless: no file of it can run code.
    """

    name: str
    flavor: str
    model: Any
    data: pd.DataFrame
    ask: Callable[[Any, pd.DataFrame], Any]
    options: Mapping[str, Any] = MappingProxyType({})
    codeless: bool = True


def samples_of(family: str) -> list[Sample]:
    return {"boosters": _boosters, "onnx": _onnx, "statsmodels": _statsmodels, "spacy": _spacy}[family]()


def predict(model: Any, data: pd.DataFrame) -> Any:
    return model.predict(data)


def plain(outputs: Any) -> Any:
    """Return outputs as JSON has them."""
    if isinstance(outputs, pd.DataFrame):
        return {str(name): plain(list(column)) for name, column in outputs.items()}
    if isinstance(outputs, dict):
        return {str(name): plain(value) for name, value in outputs.items()}
    if isinstance(outputs, (list, tuple)):
        return [plain(each) for each in outputs]
    return outputs.tolist() if hasattr(outputs, "tolist") else outputs


def same(left: Any, right: Any) -> None:
    """Compare outputs of two processes, numbers to the last digits of a float32."""
    if isinstance(left, dict):
        assert left.keys() == right.keys(), (left, right)
        for name in left:
            same(left[name], right[name])
    elif isinstance(left, list) and left and isinstance(left[0], (dict, list)):
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            same(one, other)
    elif np.asarray(left).dtype.kind == "f":
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-6)
    else:
        assert left == right


@functools.cache
def _flowers() -> tuple[pd.DataFrame, pd.Series]:
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True, as_frame=True)


@functools.cache
def _patients() -> tuple[pd.DataFrame, pd.Series]:
    from sklearn.datasets import load_diabetes

    return load_diabetes(return_X_y=True, as_frame=True)


def _boosters() -> list[Sample]:
    return [*_xgboost(), *_lightgbm(), *_catboost(), *_pipelines()]


def _xgboost() -> list[Sample]:
    import xgboost

    (flowers, kinds), (patients, progress) = _flowers(), _patients()
    few = {"n_estimators": 5, "max_depth": 3}

    def ask_booster(model: Any, data: pd.DataFrame) -> Any:
        return model.predict(xgboost.DMatrix(data))

    def booster(rounds: int = 5, **params: Any) -> Any:
        labels = kinds if "num_class" in params else (kinds == 1).astype(int)
        return xgboost.train(params, xgboost.DMatrix(flowers, labels), rounds)

    stopped = xgboost.XGBClassifier(n_estimators=50, early_stopping_rounds=1, learning_rate=1.0)
    stopped.fit(flowers[::2], kinds[::2], eval_set=[(flowers[1::2], kinds[1::2])], verbose=False)
    return [
        Sample("xgb-classes", "xgboost", xgboost.XGBClassifier(**few).fit(flowers, kinds), flowers, predict),
        Sample("xgb-two", "xgboost", xgboost.XGBClassifier(**few).fit(flowers, kinds == 1), flowers, predict),
        Sample("xgb-stopped", "xgboost", stopped, flowers, predict),
        Sample(
            "xgb-values",
            "xgboost",
            xgboost.XGBRegressor(**few).fit(patients, progress),
            patients,
            predict,
            {"model_format": "json"},
        ),
        Sample("xgb-forest", "xgboost", xgboost.XGBRFRegressor(**few).fit(patients, progress), patients, predict),
        Sample(
            "xgb-ranks",
            "xgboost",
            xgboost.XGBRanker(**few).fit(flowers, kinds, group=[50, 100]),
            flowers,
            predict,
        ),
        Sample("xgb-shares", "xgboost", booster(objective="multi:softprob", num_class=3), flowers, ask_booster),
        Sample("xgb-logits", "xgboost", booster(objective="binary:logitraw"), flowers, ask_booster),
        Sample(
            "xgb-dart",
            "xgboost",
            booster(booster="dart", rate_drop=0.3, objective="binary:logistic"),
            flowers,
            ask_booster,
        ),
        Sample(
            "xgb-linear",
            "xgboost",
            booster(booster="gblinear", objective="binary:logistic", updater="coord_descent"),
            flowers,
            ask_booster,
        ),
    ]


def _lightgbm() -> list[Sample]:
    import lightgbm

    (flowers, kinds), (patients, progress) = _flowers(), _patients()
    few = {"n_estimators": 5, "verbose": -1}
    names = kinds.map({0: "setosa", 1: "versicolor", 2: "virginica"})
    stopped = lightgbm.LGBMRegressor(n_estimators=50, verbose=-1, learning_rate=0.9, n_jobs=1)
    stopped.fit(
        patients[::2],
        progress[::2],
        eval_set=[(patients[1::2], progress[1::2])],
        callbacks=[lightgbm.early_stopping(1, verbose=False)],
    )
    booster = lightgbm.train({"verbose": -1}, lightgbm.Dataset(patients, progress), 5)
    return [
        Sample("lgb-names", "lightgbm", lightgbm.LGBMClassifier(**few).fit(flowers, names), flowers, predict),
        Sample("lgb-two", "lightgbm", lightgbm.LGBMClassifier(**few).fit(flowers, kinds == 1), flowers, predict),
        Sample("lgb-stopped", "lightgbm", stopped, patients, predict),
        Sample("lgb-booster", "lightgbm", booster, patients, predict),
        Sample(
            "lgb-pickled",
            "lightgbm",
            lightgbm.LGBMRegressor(**few).fit(patients, progress),
            patients,
            predict,
            {"serialization_format": "pickle"},
            codeless=False,
        ),
    ]


def _catboost() -> list[Sample]:
    import catboost

    (flowers, kinds), (patients, progress) = _flowers(), _patients()
    few = {"iterations": 5, "verbose": 0, "allow_writing_files": False, "thread_count": 1}
    names = kinds.map({0: "setosa", 1: "versicolor", 2: "virginica"})
    mixed = flowers.assign(colour=np.where(kinds == 1, "red", "blue"))
    return [
        Sample("cat-names", "catboost", catboost.CatBoostClassifier(**few).fit(flowers, names), flowers, predict),
        Sample(
            "cat-values",
            "catboost",
            catboost.CatBoostRegressor(**few).fit(patients, progress),
            patients,
            predict,
            {"format": "json"},
        ),
        Sample("cat-plain", "catboost", catboost.CatBoost(few).fit(patients, progress), patients, predict),
        Sample(
            "cat-mixed",
            "catboost",
            catboost.CatBoostClassifier(**few, cat_features=["colour"]).fit(mixed, kinds),
            mixed,
            predict,
        ),
    ]


def _pipelines() -> list[Sample]:
    """Return boosters as the last step of scikit-learn's pipelines, with the types that the stock client must trust."""
    import catboost
    import lightgbm
    import xgboost
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    flowers, kinds = _flowers()
    steps: dict[str, tuple[Any, list[str]]] = {
        "xgb": (xgboost.XGBClassifier(n_estimators=3), ["xgboost.core.Booster", "xgboost.sklearn.XGBClassifier"]),
        "lgb": (
            lightgbm.LGBMClassifier(n_estimators=3, verbose=-1),
            ["collections.OrderedDict", "lightgbm.basic.Booster", "lightgbm.sklearn.LGBMClassifier"],
        ),
        "cat": (
            catboost.CatBoostClassifier(iterations=3, verbose=0, allow_writing_files=False),
            ["catboost.core.CatBoostClassifier"],
        ),
    }
    return [
        Sample(
            f"pipe-{name}",
            "sklearn",
            make_pipeline(StandardScaler(), step).fit(flowers, kinds),
            flowers,
            predict,
            {"skops_trusted_types": types},
        )
        for name, (step, types) in steps.items()
    ]


def _onnx() -> list[Sample]:
    import onnxruntime
    from onnx import TensorProto, helper
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    flowers, kinds = _flowers()

    def ask(model: Any, data: pd.DataFrame) -> Any:
        session = onnxruntime.InferenceSession(model.SerializeToString())
        inputs = session.get_inputs()
        if len(inputs) == 1:
            given = {inputs[0].name: data.to_numpy().astype("float32")}
        else:
            given = {each.name: data[[each.name]].to_numpy().astype("float32") for each in inputs}
        outputs = session.run(None, given)
        named = {each.name: value for each, value in zip(session.get_outputs(), outputs, strict=True)}
        return {name: value.ravel() if name == "total" else value for name, value in named.items()}

    classifier = to_onnx(LogisticRegression(max_iter=1000).fit(flowers, kinds), flowers[:1].to_numpy().astype("f4"))
    column = [None, 1]
    graph = helper.make_graph(
        [helper.make_node("Add", ["left", "right"], ["total"])],
        "sum",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, column) for name in ("left", "right")],
        [helper.make_tensor_value_info("total", TensorProto.FLOAT, column)],
    )
    summing = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = {"execution_mode": "sequential", "graph_optimization_level": 99, "intra_op_num_threads": 1}
    return [
        Sample("onnx-classes", "onnx", classifier, flowers, ask),
        Sample("onnx-options", "onnx", classifier, flowers, ask, {"onnx_session_options": session}),
        Sample("onnx-outside", "onnx", classifier, flowers, ask, {"save_as_external_data": True}),
        Sample("onnx-columns", "onnx", summing, pd.DataFrame({"left": [1.0, 2.0], "right": [3.0, 4.5]}), ask),
    ]


def _statsmodels() -> list[Sample]:
    import statsmodels.api
    import statsmodels.formula.api

    economy = statsmodels.api.datasets.longley.load_pandas()
    years = statsmodels.api.add_constant(economy.exog)
    linear = statsmodels.api.OLS(economy.endog, years).fit()
    spelled = statsmodels.formula.api.glm("TOTEMP ~ GNP + np.log(POP)", economy.data).fit()
    steps = np.random.default_rng(0).normal(size=60).cumsum()
    series = statsmodels.api.tsa.ARIMA(steps, order=(1, 0, 0)).fit()
    moments = pd.DataFrame({"start": [60], "end": [63]})
    return [
        Sample("stats-linear", "statsmodels", linear, years, predict, {"remove_data": True}, codeless=False),
        Sample("stats-formula", "statsmodels", spelled, economy.exog, predict, codeless=False),
        Sample("stats-series", "statsmodels", series, moments, lambda model, _: model.predict(60, 63), codeless=False),
    ]


def _spacy() -> list[Sample]:
    import spacy

    sorting = spacy.blank("en")
    words = {"@architectures": "spacy.TextCatBOW.v3", "length": 1024, "ngram_size": 1}
    sorter = sorting.add_pipe(
        "textcat", config={"model": {**words, "exclusive_classes": True, "no_output_layer": False}}
    )
    for label in ("praise", "blame"):
        sorter.add_label(label)
    sorting.initialize()
    texts = pd.DataFrame({"text": ["good and well made", "bad", ""]})

    def ask(model: Any, data: pd.DataFrame) -> Any:
        return {"predictions": [model(text).cats for text in data["text"]]}

    return [Sample("spacy-categories", "spacy", sorting, texts, ask)]
