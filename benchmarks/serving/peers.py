"""MLServer, BentoML and LitServe. In: mlplat's side, whose uv installs them; a model. Out: how each is started.

Each runs one model process, with the batching that it has and its defaults otherwise; none writes a log of requests.
"""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.measuring import run, say
from benchmarks.serving.models import Models
from benchmarks.serving.server import Server
from benchmarks.sides import Side, surroundings

PACKAGES = {
    "mlserver": ("mlserver", "mlserver-sklearn"),
    "bentoml": ("bentoml",),
    "litserve": ("litserve",),
}
SHOWN = {"mlserver": "MLServer", "bentoml": "BentoML", "litserve": "LitServe"}

_BENTO = """
import bentoml, joblib, numpy as np

@bentoml.service(workers=1)
class Service:
    def __init__(self):
        self.model = joblib.load({model!r})

    @bentoml.api(batchable=True, max_batch_size=256)
    def predict(self, rows: np.ndarray) -> np.ndarray:
        return self.model.predict(rows)
"""

_LIT = """
import joblib, litserve, numpy as np

class Api(litserve.LitAPI):
    def setup(self, device):
        self.model = joblib.load({model!r})

    def decode_request(self, request):
        return request["rows"]

    def batch(self, inputs):
        return np.asarray(inputs, dtype=float)

    def predict(self, rows):
        return self.model.predict(rows)

    def unbatch(self, outputs):
        return outputs.tolist()

    def encode_response(self, output):
        return {{"predictions": [output]}}

if __name__ == "__main__":
    api = Api(max_batch_size=64, batch_timeout=0.001)
    litserve.LitServer(api, accelerator="cpu").run(port={port}, log_level="warning", generate_client_file=False)
"""


def installed(ours: Side, peer: Side) -> dict[str, Path]:
    """Return the interpreter of each, installed beside the scikit-learn that mlflow's environment has."""
    learn = "from importlib.metadata import version as v; print(*(f'{n}=={v(n)}' for n in ('scikit-learn', 'pandas')))"
    needs = run([peer.python, "-c", learn], cwd=peer.work, env=peer.env()).output.split()
    return {name: _installed(ours, name, [*packages, *needs]) for name, packages in PACKAGES.items()}


def _installed(ours: Side, name: str, packages: list[str]) -> Path:
    folder, env = ours.work / "venvs" / name, surroundings(ours.work)
    complete, uv = folder / "complete", str(ours.folder / "bin" / "uv")
    if not complete.exists():
        say(f"installing {name}")
        run([uv, "venv", "--quiet", "--clear", "--python", ours.python, folder], cwd=ours.work, env=env)
        run([uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python", *packages], cwd=ours.work, env=env)
        complete.touch()
    return folder / "bin" / "python"


def server_of(name: str, python: Path, models: Models, model: str, folder: Path) -> Server:
    """Return the server of a model, not started yet."""
    folder.mkdir(parents=True, exist_ok=True)
    pickle, row = str(models.pickled(model)), models.values
    match name:
        case "mlserver":
            settings = {"name": "m", "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": pickle}}
            (folder / "model-settings.json").write_text(json.dumps(settings))
            (folder / "settings.json").write_text(json.dumps({"parallel_workers": 0, "debug": False}))
            tensor = {"name": "predict", "shape": [1, len(row)], "datatype": "FP64", "data": row}
            # Each of its three listeners needs a port; the variables are the ones that its settings read.
            ports = ("MLSERVER_HTTP_PORT", "MLSERVER_GRPC_PORT", "MLSERVER_METRICS_PORT")
            return Server(
                name, [python.parent / "mlserver", "start", str(folder)], folder, "/v2/models/m/infer",
                {"inputs": [tensor]}, ports=ports,
            )  # fmt: skip
        case "bentoml":
            (folder / "service.py").write_text(_BENTO.format(model=pickle))
            command: list[str | Path] = [python.parent / "bentoml", "serve", "service:Service", "--port", "{port}"]
            return Server(name, command, folder, "/predict", {"rows": [row]})
        case _:
            (folder / "server.py").write_text(_LIT.format(model=pickle, port='int(__import__("sys").argv[1])'))
            return Server(name, [python, "server.py", "{port}"], folder, "/predict", {"rows": row})
