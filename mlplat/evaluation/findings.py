"""What an evaluation found, before it is logged. In: metrics, texts of files. Out: one value."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple

TABLE = "eval_results_table"
TABLE_ROWS = 10_000
"""Rows of targets and predictions that are kept."""


class Findings(NamedTuple):
    """Metrics and files.

    Attributes:
        metrics: by name. files: texts by the names of files, in the order in which they were made.
        outcome: columns of one value a row: what was true, what was predicted.
    """

    metrics: Dict[str, float]
    files: Dict[str, str]
    outcome: Dict[str, Any]

    def table(self) -> Dict[str, List[Any]]:
        """Return the first TABLE_ROWS of the outcome, as lists."""
        return {name: values[:TABLE_ROWS].tolist() for name, values in self.outcome.items()}
