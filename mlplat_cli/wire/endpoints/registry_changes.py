"""The lines about changes of the registry that MLflow's protocol cannot say."""

from __future__ import annotations

from mlplat_cli.wire.endpoint import OWN, Endpoint
from mlplat_cli.wire.messages import gate
from mlplat_cli.wire.messages import registry_change as change
from mlplat_cli.wire.messages.empty import EmptyResponse
from mlplat_cli.wire.messages.model_version import ModelVersionResponse

_MODELS = f"{OWN}/registered-models"

REGISTRY_CHANGES: tuple[Endpoint, ...] = (
    Endpoint(
        "GET", f"{_MODELS}/history", change.GetRegistryHistory, change.RegistryHistoryResponse, "registry_history"
    ),
    Endpoint("POST", f"{_MODELS}/alias", change.MoveAlias, EmptyResponse, "move_alias"),
    Endpoint("POST", f"{_MODELS}/alias/rollback", change.RollBackAlias, EmptyResponse, "roll_back_alias"),
    Endpoint("GET", f"{_MODELS}/gates", gate.GatesOf, gate.GatesResponse, "gates"),
    Endpoint("POST", f"{_MODELS}/gates", gate.AddGate, gate.GateResponse, "add_gate"),
    Endpoint("DELETE", f"{_MODELS}/gates", gate.RemoveGate, EmptyResponse, "remove_gate"),
    Endpoint("POST", f"{_MODELS}/gates/checks", gate.RecordCheck, EmptyResponse, "record_check"),
    Endpoint("POST", f"{OWN}/model-versions/stage", change.MoveStage, ModelVersionResponse, "move_stage"),
)
