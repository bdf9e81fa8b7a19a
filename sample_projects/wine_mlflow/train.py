"""Predict a wine's quality from made-up measurements with an elastic net; everything is logged through mlflow."""

import sys

import mlflow
import mlflow.sklearn
import numpy as np
import pandas as pd
from sklearn.linear_model import ElasticNet
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

WINES = 600
SEED = 7


def make_wines() -> pd.DataFrame:
    """Return measurements of wines that never were, and the quality that follows from them."""
    chance = np.random.default_rng(SEED)
    wines = pd.DataFrame(
        {
            "acidity": chance.normal(7.0, 1.2, WINES),
            "sugar": chance.gamma(2.0, 2.5, WINES),
            "sulphates": chance.normal(0.55, 0.15, WINES),
            "alcohol": chance.normal(10.5, 1.1, WINES),
        }
    )
    taste = 0.7 * (wines["alcohol"] - 10.5) - 0.4 * (wines["acidity"] - 7.0) + 2.0 * (wines["sulphates"] - 0.55)
    wines["quality"] = 5.5 + taste + chance.normal(0.0, 0.4, WINES)
    return wines


def main(alpha: float, l1_ratio: float) -> None:
    wines = make_wines()
    train, test = train_test_split(wines, random_state=SEED)
    x_train, y_train = train.drop(columns="quality"), train["quality"]
    x_test, y_test = test.drop(columns="quality"), test["quality"]

    with mlflow.start_run():
        model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, random_state=SEED).fit(x_train, y_train)
        predicted = model.predict(x_test)
        rmse = float(np.sqrt(mean_squared_error(y_test, predicted)))
        mae = float(mean_absolute_error(y_test, predicted))
        r2 = float(r2_score(y_test, predicted))
        print(f"elastic net (alpha={alpha}, l1_ratio={l1_ratio}): rmse {rmse:.3f}, mae {mae:.3f}, r2 {r2:.3f}")

        mlflow.log_param("alpha", alpha)
        mlflow.log_param("l1_ratio", l1_ratio)
        mlflow.log_metric("rmse", rmse)
        mlflow.log_metric("mae", mae)
        mlflow.log_metric("r2", r2)
        mlflow.sklearn.log_model(model, name="model", input_example=x_train.head(3))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
