"""`mlplat experiments restore`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import ExperimentRef, TrackingUri


def restore(experiment: ExperimentRef, tracking_uri: TrackingUri = None) -> None:
    """Bring a deleted experiment and its runs back."""
    from mlplat_cli.cli.console import say
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.tracking.finding import find_experiment

    with tracking(tracking_uri) as session:
        found = find_experiment(session.store, experiment)
        session.store.restore_experiment(found.experiment_id)
    say(f"restored experiment {found.name} ({found.experiment_id})")


command = leaf(restore, "restore")
