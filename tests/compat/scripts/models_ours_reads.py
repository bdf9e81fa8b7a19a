"""Without mlflow, models that mlflow logged are loaded, found and described; the outcome is what was read."""

import json
import os
import sys
from pathlib import Path

import pandas as pd

import mlplat
from mlplat.exceptions import MlplatException

sys.modules["mlflow"] = None  # an import of it fails

written = json.loads(os.environ["WRITTEN"])
for form, told in written.items():
    data = pd.DataFrame(**told["data"])
    for uri in told["uris"]:
        if form != "skops":
            message = f"{uri} was loaded without trust"
            try:
                mlplat.sklearn.load_model(uri)
            except MlplatException as error:
                message = error.message
            assert "trust=True" in message, message
        model = mlplat.sklearn.load_model(uri, trust=form != "skops")
        assert model.predict(data).tolist() == told["answer"], uri
        assert mlplat.models.get_model_info(uri).signature.inputs.input_names() == list(data.columns)
Path(os.environ["OUTCOME"]).write_text(",".join(sorted(written)))
