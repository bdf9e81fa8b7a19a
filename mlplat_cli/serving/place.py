"""A name under which a model is served. In: versions, one after another. Out: the one that answers now, and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mlplat_cli.serving.figures import Figures, labels_of
from mlplat_cli.serving.served_model import ServedModel

_FIGURES = (
    ("mlplat_model_requests_total", "counter", "Requests answered, by status.", Figures.statuses),
    ("mlplat_model_request_seconds", "histogram", "Time from a request's head to its answer.", Figures.seconds),
    ("mlplat_model_batch_requests", "histogram", "Requests that were predicted together.", Figures.batches),
)


class Place:
    """Holds the version that answers; a new one takes its place in one assignment.

    Args:
        model: the first.
    """

    def __init__(self, model: ServedModel) -> None:
        self._figures: dict[str | None, Figures] = {}
        self.model = self.adopt(model)

    def adopt(self, model: ServedModel) -> ServedModel:
        """Let a model that is not served yet count into the figures of its version; returns it."""
        model.deployment.figures = self._figures.setdefault(model.version, model.deployment.figures)
        return model

    def lines(self, write: Callable[[Figures, str], Iterable[str]]) -> Iterable[str]:
        """Write one kind of figures of every version."""
        for version, figures in self._figures.items():
            yield from write(figures, labels_of(self.model.name, version))


def metrics_text(places: Sequence[Place]) -> str:
    """Write everything that is counted, for Prometheus."""
    lines: list[str] = []
    for name, kind, help_text, write in _FIGURES:
        lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
        for place in places:
            lines += place.lines(write)
    lines += _gauges(places)
    return "\n".join(lines) + "\n"


def _gauges(places: Sequence[Place]) -> list[str]:
    asked: list[tuple[str, str, str, Callable[[ServedModel], int]]] = [
        ("mlplat_model_waiting_requests", "gauge", "Requests that wait.", lambda each: each.deployment.waiting),
        ("mlplat_model_processes", "gauge", "Processes that answer.", lambda each: len(each.deployment.workers)),
        ("mlplat_model_ready", "gauge", "Whether the model answers its input example.", lambda each: not each.trouble),
        (
            "mlplat_model_process_ends_total",
            "counter",
            "Processes that ended by themselves.",
            lambda each: each.deployment.figures.restarts,
        ),
    ]
    lines = []
    for name, kind, help_text, value in asked:
        lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
        for model in (place.model for place in places):
            lines.append(f"{name}{{{labels_of(model.name, model.version)}}} {int(value(model))}")
    return lines
