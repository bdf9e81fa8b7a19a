"""How fast and how large mlplat is, beside mlflow, measured in one run: `python -m benchmarks`."""
