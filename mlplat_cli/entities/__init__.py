"""Frozen value types that every layer shares. In: nothing. Out: the nouns of MLflow's protocol, with its names.

Field names are the protocol's, so that a reader who knows MLflow knows these. Times are milliseconds since the
Unix epoch, sizes bytes, steps int64. Nothing here does I/O.
"""

from mlplat_cli.entities.artifact import FileInfo
from mlplat_cli.entities.assessment import Assessment, AssessmentError, AssessmentKind, AssessmentSource
from mlplat_cli.entities.change import ChangedRun, MetricProgress, RunState
from mlplat_cli.entities.columns import Column, Columns
from mlplat_cli.entities.disposal import Discarded, DiscardedKind
from mlplat_cli.entities.evaluation import (
    DatasetSummary,
    EvaluationDataset,
    EvaluationRecord,
    NewEvaluationRecord,
    RecordSource,
    Scorer,
)
from mlplat_cli.entities.experiment import Experiment
from mlplat_cli.entities.gate import Comparator, Gate, GateCheck, MetricBound
from mlplat_cli.entities.lifecycle import LifecycleStage, ViewType
from mlplat_cli.entities.logged_model import LoggedModel, LoggedModelOrder, LoggedModelStatus
from mlplat_cli.entities.metric import Metric, MetricSummary
from mlplat_cli.entities.page import Page, all_items
from mlplat_cli.entities.record import (
    ArtifactRecord,
    DatasetRecord,
    DeleteTagRecord,
    EndRecord,
    JournalHeader,
    MetricRecord,
    ModelInputRecord,
    ModelOutputRecord,
    ModelReadyRecord,
    ParamRecord,
    Record,
    RunRecord,
    TagRecord,
)
from mlplat_cli.entities.registry import ModelVersion, RegisteredModel
from mlplat_cli.entities.registry_change import ALIAS_MOVES, RegistryAction, RegistryChange
from mlplat_cli.entities.registry_past import RegistryPast
from mlplat_cli.entities.run import (
    Dataset,
    DatasetInput,
    ModelInput,
    ModelOutput,
    ParamConflict,
    Run,
    RunBatch,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
)
from mlplat_cli.entities.series import Axis, Bucket, Chart, MetricSeries, SeriesPoints
from mlplat_cli.entities.tag import Param, Tag
from mlplat_cli.entities.taken import Taken
from mlplat_cli.entities.trace import (
    AttributeValue,
    PromptVersion,
    Span,
    SpanEvent,
    SpanLink,
    SpanStatus,
    Trace,
    TraceInfo,
    TraceState,
)
from mlplat_cli.entities.trace_correlation import TraceCorrelation
from mlplat_cli.entities.trace_metric import Aggregation, TraceAggregation, TraceFigures, TraceQuestion, TraceView
from mlplat_cli.entities.webhook import (
    WEBHOOK_ACTIONS,
    Delivery,
    Webhook,
    WebhookAction,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
)

__all__ = [
    "ALIAS_MOVES",
    "WEBHOOK_ACTIONS",
    "Aggregation",
    "ArtifactRecord",
    "Assessment",
    "AssessmentError",
    "AssessmentKind",
    "AssessmentSource",
    "AttributeValue",
    "Axis",
    "Bucket",
    "ChangedRun",
    "Chart",
    "Column",
    "Columns",
    "Comparator",
    "Dataset",
    "DatasetInput",
    "DatasetRecord",
    "DatasetSummary",
    "DeleteTagRecord",
    "Delivery",
    "Discarded",
    "DiscardedKind",
    "EndRecord",
    "EvaluationDataset",
    "EvaluationRecord",
    "Experiment",
    "FileInfo",
    "Gate",
    "GateCheck",
    "JournalHeader",
    "LifecycleStage",
    "LoggedModel",
    "LoggedModelOrder",
    "LoggedModelStatus",
    "Metric",
    "MetricBound",
    "MetricProgress",
    "MetricRecord",
    "MetricSeries",
    "MetricSummary",
    "ModelInput",
    "ModelInputRecord",
    "ModelOutput",
    "ModelOutputRecord",
    "ModelReadyRecord",
    "ModelVersion",
    "NewEvaluationRecord",
    "Page",
    "Param",
    "ParamConflict",
    "ParamRecord",
    "PromptVersion",
    "Record",
    "RecordSource",
    "RegisteredModel",
    "RegistryAction",
    "RegistryChange",
    "RegistryPast",
    "Run",
    "RunBatch",
    "RunData",
    "RunInfo",
    "RunInputs",
    "RunOutputs",
    "RunRecord",
    "RunState",
    "RunStatus",
    "Scorer",
    "SeriesPoints",
    "Span",
    "SpanEvent",
    "SpanLink",
    "SpanStatus",
    "Tag",
    "TagRecord",
    "Taken",
    "Trace",
    "TraceAggregation",
    "TraceCorrelation",
    "TraceFigures",
    "TraceInfo",
    "TraceQuestion",
    "TraceState",
    "TraceView",
    "ViewType",
    "Webhook",
    "WebhookAction",
    "WebhookEntity",
    "WebhookEvent",
    "WebhookStatus",
    "all_items",
]
