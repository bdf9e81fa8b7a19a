"""A flavor for tests, as another package would bring it: a model that does what its input says."""

import json
import os
import signal
import sys
import time
from pathlib import Path

ENDS, RAISES, SLEEPS = 666.0, 500.0, 99.0
"""Values of the column `x` for which the model ends its process, raises, or takes long."""


class StandIn:
    name = loader_module = "stand_in"
    packages = ()

    def write(self, model, folder, options):
        raise NotImplementedError

    def read(self, folder, fields, trust):
        return json.loads((Path(folder) / "behaviour.json").read_text(encoding="utf-8"))

    def predictor(self, model, fields, signature):
        if model.get("fails"):
            raise RuntimeError("this model never loads")
        return Answering(model)


class Answering:
    takes_arrays = True

    def __init__(self, behaviour):
        self.behaviour = behaviour
        self.asked = 0

    def predict(self, data, params=None):
        self.asked += 1
        if self.behaviour.get("echoes"):
            return data
        if self.behaviour.get("version"):
            return ["{}.{}".format(*sys.version_info)]
        column = data[:, 0] if hasattr(data, "ndim") and data.ndim == 2 and not hasattr(data, "columns") else data["x"]
        values = [float(value) for value in column]
        if ENDS in values:
            os.kill(os.getpid(), signal.SIGKILL)
        if RAISES in values:
            raise ValueError("this value is not for me")
        time.sleep(self.behaviour.get("slow", 0) + (60 if SLEEPS in values else 0))
        if self.behaviour.get("ranks"):
            return [sorted(values).index(value) for value in values]
        if self.behaviour.get("process"):
            return [os.getpid() for _ in values]
        if self.behaviour.get("sizes"):
            return [len(values) for _ in values]
        return [2 * value for value in values]


FLAVOR = StandIn()
