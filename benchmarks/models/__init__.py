"""Models beside mlflow's: the same model, the same data, in one run."""
