"""Nothing but a script: no MLproject, no environment file. Parameters that nobody declares arrive as options.

mlplat run sample_projects/script_only -e train.py -P steps=50 -P rate=0.1
"""

import argparse

import mlplat


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rate", type=float, default=0.1)
    arguments = parser.parse_args()

    position, target = 10.0, 3.0
    for step in range(arguments.steps):
        position -= arguments.rate * 2 * (position - target)
        mlplat.log_metric("loss", (position - target) ** 2, step=step)
    mlplat.log_text(f"{position}\n", "position.txt")
    print(f"after {arguments.steps} steps: {position:.4f}")


if __name__ == "__main__":
    main()
