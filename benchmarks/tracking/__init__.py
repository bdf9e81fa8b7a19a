"""The tracking server beside `mlflow server` and FastTrackML: the same requests to each, in one run."""
