"""`mlplat experiments delete`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import ExperimentRef, TrackingUri


def delete(experiment: ExperimentRef, tracking_uri: TrackingUri = None) -> None:
    """Put an experiment and its runs in the bin."""
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.tracking.finding import find_experiment

    with tracking(tracking_uri) as session:
        found = find_experiment(session.store, experiment)
        session.store.delete_experiment(found.experiment_id)
    say(f"deleted experiment {found.name} ({found.experiment_id})")


command = leaf(delete, "delete")
