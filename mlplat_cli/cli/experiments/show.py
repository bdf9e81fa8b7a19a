"""`mlplat experiments show`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import ExperimentRef, Json, TrackingUri


def show(experiment: ExperimentRef, tracking_uri: TrackingUri = None, as_json: Json = False) -> None:
    """Show one experiment."""
    from mlplat_cli.cli.console import moment, print_json, print_record
    from mlplat_cli.cli.experiments.shape import SCHEMA_VERSION, experiment_json
    from mlplat_cli.cli.session import tracking
    from mlplat_cli.tracking.finding import find_experiment

    with tracking(tracking_uri) as session:
        found = find_experiment(session.store, experiment)
    if as_json:
        print_json({"version": SCHEMA_VERSION} | experiment_json(found))
        return
    print_record(
        {
            "experiment": found.experiment_id,
            "name": found.name,
            "stage": str(found.lifecycle_stage),
            "created": moment(found.creation_time),
            "changed": moment(found.last_update_time),
            "artifacts": found.artifact_location,
            "tags": {tag.key: tag.value for tag in found.tags},
        }
    )


command = leaf(show, "show")
