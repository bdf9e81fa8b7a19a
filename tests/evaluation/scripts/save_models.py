"""Models to evaluate, in the store of the first argument, and files of data beside it."""

import sys

from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

import mlplat

mlplat.set_tracking_uri(sys.argv[1])
features, labels = load_iris(return_X_y=True, as_frame=True)
data = features.assign(kind=labels)
data.to_csv("iris.csv", index=False)
data.round().astype(int).to_csv("whole.csv", index=False)
with mlplat.start_run():
    for name, model in (("iris", LogisticRegression(max_iter=300)), ("dummy", DummyClassifier())):
        mlplat.sklearn.log_model(
            model.fit(features, labels), name=name, registered_model_name=name, input_example=features[:2]
        )
    mlplat.sklearn.log_model(
        LogisticRegression(max_iter=300).fit(features, labels),
        name="pickled",
        registered_model_name="pickled",
        input_example=features[:2],
        serialization_format="pickle",
    )
