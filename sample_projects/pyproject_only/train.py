"""Find clusters in made-up points by k-means."""

import argparse

import mlplat
import numpy as np

CENTRES = np.array([[0.0, 0.0], [6.0, 6.0], [0.0, 6.0]])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()

    chance = np.random.default_rng(arguments.seed)
    points = np.concatenate([chance.normal(centre, 1.0, size=(50, 2)) for centre in CENTRES])
    found = points[chance.choice(len(points), len(CENTRES), replace=False)]
    with mlplat.start_run(tags={"method": "k-means"}):
        for step in range(arguments.rounds):
            distances = np.linalg.norm(points[:, None] - found[None], axis=2)
            nearest = distances.argmin(axis=1)
            mlplat.log_metric("inertia", float((distances.min(axis=1) ** 2).sum()), step=step)
            found = np.array([points[nearest == each].mean(axis=0) for each in range(len(CENTRES))])
        mlplat.log_table({"x": found[:, 0].tolist(), "y": found[:, 1].tolist()}, "centres.json")
    print(np.array_str(found, precision=2))


if __name__ == "__main__":
    main()
