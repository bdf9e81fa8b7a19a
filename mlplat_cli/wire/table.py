"""The REST interface, described once. In: nothing. Out: a table that server, REST store and OpenAPI read.

`/ajax-api/…` answers the same as `/api/…`, as MLflow's own pages expect, and `/api/2.0/preview/mlflow/…` the same as
`/api/2.0/mlflow/…`, as clients of MLflow 1 do.
"""

from __future__ import annotations

from mlplat_cli.wire.endpoint import API, API_3, Endpoint
from mlplat_cli.wire.endpoints.evaluation import EVALUATION_DATASETS, SCORERS
from mlplat_cli.wire.endpoints.experiments import EXPERIMENTS
from mlplat_cli.wire.endpoints.intake import INTAKE
from mlplat_cli.wire.endpoints.logged_models import LOGGED_MODELS
from mlplat_cli.wire.endpoints.own import OWN_LINES
from mlplat_cli.wire.endpoints.registry import MODEL_VERSIONS, REGISTERED_MODELS
from mlplat_cli.wire.endpoints.registry_changes import REGISTRY_CHANGES
from mlplat_cli.wire.endpoints.runs import RUNS
from mlplat_cli.wire.endpoints.traces import TRACES
from mlplat_cli.wire.endpoints.uploads import UPLOADS
from mlplat_cli.wire.endpoints.views import VIEWS
from mlplat_cli.wire.endpoints.webhooks import WEBHOOKS
from mlplat_cli.wire.messages.empty import EmptyRequest
from mlplat_cli.wire.messages.server_info import ServerInfoResponse

PROTOCOL_VERSION = "3.17.2"
"""The answer to `GET /version`: the MLflow whose protocol is answered.

A stock client sends traces as OpenTelemetry to 3.4 and later, and to older ones as files.
"""

ENDPOINTS: tuple[Endpoint, ...] = (
    *EXPERIMENTS,
    *RUNS,
    *LOGGED_MODELS,
    *REGISTERED_MODELS,
    *MODEL_VERSIONS,
    *REGISTRY_CHANGES,
    *VIEWS,
    *UPLOADS,
    *EVALUATION_DATASETS,
    *SCORERS,
    *TRACES,
    *WEBHOOKS,
    Endpoint("GET", f"{API_3}/server-info", EmptyRequest, ServerInfoResponse, "server_info"),
    *OWN_LINES,
    *INTAKE,
)

UNANSWERED: tuple[str, ...] = (
    f"{API}/unified-traces",
    f"{API}/users",
    f"{API_3}/roles",
    f"{API_3}/scorers/online-config",
    f"{API_3}/issues",
    f"{API_3}/label-schemas",
    f"{API_3}/review-queues",
    f"{API_3}/prompt-optimization",
    f"{API_3}/workspaces",
    f"{API_3}/gateway",
    f"{API_3}/mcp-servers",
    f"{API_3}/jobs",
    "/graphql",
)
"""Parts of MLflow's interface, each with all below it, that are known and not answered: NOT_IMPLEMENTED."""
