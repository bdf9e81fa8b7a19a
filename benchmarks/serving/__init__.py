"""Serving models: mlplat beside `mlflow models serve`, MLServer, BentoML and LitServe, on the same models."""
