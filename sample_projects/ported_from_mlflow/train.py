"""Tell two clouds of points apart by logistic regression. For mlflow, the import below says `import mlflow`."""

import sys

import mlplat as mlflow
import numpy as np

POINTS = 200


def main(epochs: int, learning_rate: float) -> None:
    chance = np.random.default_rng(11)
    labels = chance.integers(0, 2, POINTS)
    points = chance.normal(size=(POINTS, 2)) + 2.0 * labels[:, None]
    inputs = np.column_stack([points, np.ones(POINTS)])
    weights = np.zeros(3)

    with mlflow.start_run(description="logistic regression by gradient descent"):
        mlflow.log_params({"epochs": epochs, "learning_rate": learning_rate})
        for epoch in range(epochs):
            odds = 1 / (1 + np.exp(-inputs @ weights))
            loss = -np.mean(labels * np.log(odds) + (1 - labels) * np.log(1 - odds))
            mlflow.log_metric("loss", float(loss), step=epoch)
            weights -= learning_rate * inputs.T @ (odds - labels) / POINTS
        accuracy = float(np.mean((inputs @ weights > 0) == labels))
        mlflow.log_metrics({"accuracy": accuracy})
        mlflow.set_tag("model", "logistic regression")
        mlflow.log_dict({"weights": weights.tolist()}, "weights.json")
        mlflow.log_artifact(__file__, "code")
        print(f"accuracy {accuracy:.3f} after {epochs} epochs")


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
