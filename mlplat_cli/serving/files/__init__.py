"""Predictions for files. In: a model, a file or standard input. Out: a file or standard output, block by block."""
