"""What a version must pass before an alias or a stage is given to it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Comparator = Literal[">=", ">", "<=", "<", "==", "!="]


class MetricBound(Struct, frozen=True, kw_only=True):
    """A bound that a metric must keep to, such as `accuracy>=0.9`."""

    metric: str
    comparator: Comparator
    bound: float

    @property
    def text(self) -> str:
        """The bound as a person writes it."""
        return f"{self.metric}{self.comparator}{self.bound:g}"

    def admits(self, value: float) -> bool:
        """Tell whether a value keeps to the bound; NaN never does."""
        if value != value:  # noqa: PLR0124 - NaN alone is not itself
            return False
        match self.comparator:
            case ">=":
                return value >= self.bound
            case ">":
                return value > self.bound
            case "<=":
                return value <= self.bound
            case "<":
                return value < self.bound
            case "==":
                return value == self.bound
            case "!=":
                return value != self.bound


class Gate(Struct, frozen=True, kw_only=True):
    """One check that holds an alias or a stage of a registered model.

    Args:
        gate_id: decimal digits. target: `@ALIAS` or `/STAGE`.
        metric: what a metric of the version's logged model, or else of its run, must keep to.
        command: a shell command that must end with 0; one of the two is given.
        imported: it came from another store, so that its command is not of whoever owns this one.
    """

    gate_id: str
    name: str
    target: str
    creation_timestamp: int
    user: str | None = None
    metric: MetricBound | None = None
    command: str | None = None
    imported: bool = False

    @property
    def text(self) -> str:
        """The check as a person wrote it."""
        return self.metric.text if self.metric is not None else f"`{self.command}`"


class GateCheck(Struct, frozen=True, kw_only=True):
    """The last run of a gate's command for one version; `detail` is how it ended."""

    gate_id: str
    version: str
    passed: bool
    timestamp: int
    user: str | None = None
    detail: str = ""
