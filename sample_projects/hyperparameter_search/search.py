"""Search the penalty of a ridge regression: one run for the search, a child run for each candidate."""

import argparse

import mlplat
import numpy as np

POINTS, FEATURES = 120, 20


def make_data(seed: int) -> "tuple[np.ndarray, np.ndarray]":
    """Return inputs and noisy targets of which a few features matter."""
    chance = np.random.default_rng(seed)
    inputs = chance.normal(size=(POINTS, FEATURES))
    weights = np.zeros(FEATURES)
    weights[:4] = [3.0, -2.0, 1.0, 0.5]
    return inputs, inputs @ weights + chance.normal(size=POINTS)


def fit(inputs: np.ndarray, targets: np.ndarray, penalty: float) -> np.ndarray:
    """Return the weights of a ridge regression."""
    return np.linalg.solve(inputs.T @ inputs + penalty * np.eye(FEATURES), inputs.T @ targets)


def validation_error(inputs: np.ndarray, targets: np.ndarray, penalty: float, folds: int = 4) -> float:
    """Return the root mean squared error by cross-validation; the error of each fold is logged."""
    errors = []
    for fold, held_out in enumerate(np.array_split(np.arange(POINTS), folds)):
        rest = np.setdiff1d(np.arange(POINTS), held_out)
        weights = fit(inputs[rest], targets[rest], penalty)
        error = float(np.sqrt(np.mean((inputs[held_out] @ weights - targets[held_out]) ** 2)))
        mlplat.log_metric("fold_rmse", error, step=fold)
        errors.append(error)
    return float(np.mean(errors))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--candidates", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    inputs, targets = make_data(arguments.seed)

    with mlplat.start_run() as search:
        errors = {}
        for penalty in np.logspace(-2, 3, arguments.candidates).tolist():
            with mlplat.start_run(run_name=f"penalty {penalty:.3g}", nested=True):
                mlplat.log_param("penalty", penalty)
                errors[penalty] = validation_error(inputs, targets, penalty)
                mlplat.log_metric("rmse", errors[penalty])
                print(f"penalty {penalty:10.4g}   rmse {errors[penalty]:.4f}")
        best = min(errors, key=errors.__getitem__)
        mlplat.log_metrics({"best_rmse": errors[best], "best_penalty": best})
        mlplat.log_dict({str(penalty): error for penalty, error in errors.items()}, "search.json")
        mlplat.set_tag("search", "grid")
        print(f"best penalty {best:.4g} in run {search.info.run_id}")


if __name__ == "__main__":
    main()
