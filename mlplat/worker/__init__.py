"""One model, asked in its own environment. In: frames on a socket (docs/architecture/12-serving.md). Out: frames.

The serving front starts `python -m mlplat.worker` with the interpreter of the model's environment; it needs the
standard library and whatever the model itself needs.
"""
