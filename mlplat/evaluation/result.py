"""What an evaluation came to. In: metrics, addresses of artifacts. Out: `EvaluationResult`, in memory or on disk."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, NamedTuple, Optional

from mlplat.exceptions import NOT_FOUND, MlplatException

METRICS_FILE, ARTIFACTS_FILE = "metrics.json", "artifacts_metadata.json"


class EvaluationArtifact(NamedTuple):
    """A file that an evaluation logged: its address, and what was written where it was made here."""

    uri: str
    content: Any = None


class EvaluationResult:
    """Metrics by name, artifacts by name, tables by name, and the run that has them.

    Attributes:
        baseline: of the baseline model on the same data, where there was one.
        run_id: None where nothing was logged.
    """

    def __init__(
        self,
        metrics: Dict[str, float],
        artifacts: Dict[str, EvaluationArtifact],
        run_id: Optional[str] = None,
        tables: Optional[Dict[str, Any]] = None,
        baseline: Optional[EvaluationResult] = None,
    ) -> None:
        self.metrics = metrics
        self.artifacts = artifacts
        self.run_id = run_id
        self._tables = tables or {}
        self.baseline = baseline

    @property
    def tables(self) -> Dict[str, Any]:
        """The tables by name: data frames of pandas, or a list for each column where pandas is not installed."""
        try:
            import pandas
        except ImportError:
            return self._tables
        return {name: pandas.DataFrame(columns) for name, columns in self._tables.items()}

    @property
    def baseline_model_metrics(self) -> Dict[str, float]:
        """The baseline's metrics; empty without one."""
        return {} if self.baseline is None else self.baseline.metrics

    def save(self, path: Any) -> None:
        """Write metrics and the addresses of artifacts into a folder, which is made."""
        folder = os.fspath(path)
        os.makedirs(folder, exist_ok=True)
        addresses = {name: {"uri": artifact.uri} for name, artifact in self.artifacts.items()}
        for name, content in ((METRICS_FILE, self.metrics), (ARTIFACTS_FILE, addresses)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                json.dump(content, file, indent=2)

    @classmethod
    def load(cls, path: Any) -> EvaluationResult:
        """Read what `save` wrote; MlplatException where there is none."""
        folder = os.fspath(path)
        try:
            with open(os.path.join(folder, METRICS_FILE), encoding="utf-8") as file:
                metrics = json.load(file)
            with open(os.path.join(folder, ARTIFACTS_FILE), encoding="utf-8") as file:
                addresses = json.load(file)
        except (OSError, ValueError) as error:
            raise MlplatException(f"{folder} holds no result of an evaluation: {error}", NOT_FOUND) from error
        return cls(metrics, {name: EvaluationArtifact(each["uri"]) for name, each in addresses.items()})
