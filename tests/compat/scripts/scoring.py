"""Saves models with the stock client, and answers requests to them as `mlflow models serve` does.

FOLDER takes the models; REQUESTS is a JSON list of [model, content type, body]; OUTCOME takes a list of [status, body].
"""

import asyncio
import json
import os
import warnings
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from mlflow.pyfunc import scoring_server
from mlflow.types.schema import Schema, TensorSpec
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

warnings.simplefilter("ignore")
FOLDER = Path(os.environ["FOLDER"])


def save(name, model, signature, **options):
    mlflow.sklearn.save_model(
        model, FOLDER / name, signature=signature, serialization_format="cloudpickle", pip_requirements=[], **options
    )


def in_seconds(table):
    return table.assign(t=table["t"].astype("int64") / 1e9)


def make_models():
    table = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0], "c": [2.0, 2.0, 1.0, 1.0]})
    classes = LogisticRegression().fit(table, [0, 0, 1, 1])
    save("numbers", classes, infer_signature(table, classes.predict(table)), input_example=table.head(2))
    mixed = pd.DataFrame({"d": [0.5, 1.5], "i": [1, 2], "s": ["x", "y"], "b": [True, False]})
    encoder = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["s"]), remainder="passthrough")
    regression = make_pipeline(encoder, LinearRegression()).fit(mixed, [1.0, 2.0])
    save("mixed", regression, infer_signature(mixed, np.array([1.0])), input_example=mixed)
    line = LinearRegression().fit([[1.0, 2.0], [3.0, 5.0]], [[1.0, 10.0], [2.0, 20.0]])
    save("tensor", line, ModelSignature(Schema([TensorSpec(np.dtype("float64"), (-1, 2))])))
    save("unsigned", line, None)
    times = pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2021-01-01"]), "d": [0.5, 1.5]})
    seconds = FunctionTransformer(in_seconds)
    timed = make_pipeline(seconds, LinearRegression()).fit(times, [1.0, 2.0])
    save("timed", timed, infer_signature(times, np.array([1.0])), input_example=times)


async def ask(app, kind, body):
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/invocations",
        "raw_path": b"/invocations", "query_string": b"", "root_path": "", "scheme": "http", "server": ("here", 80),
        "client": ("here", 1), "headers": [(b"content-type", kind.encode())] if kind else [],
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


async def main():
    make_models()
    apps = {
        path.name: scoring_server.init(mlflow.pyfunc.load_model(str(path)))
        for path in FOLDER.iterdir()
        if path.is_dir()
    }
    requests = json.loads(Path(os.environ["REQUESTS"]).read_text())
    answers = [await ask(apps[model], kind, body) for model, kind, body in requests]
    Path(os.environ["OUTCOME"]).write_text(json.dumps(answers))


asyncio.run(main())
