"""Logging to runs. In: metrics, parameters, tags. Out: rows, all of a call or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlplat_cli.entities import Metric, Param, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.metric_rows import write_points
from mlplat_cli.store.names import NO_ORIGIN, Origin, origin_of
from mlplat_cli.store.numbers import INT64_GREATEST, INT64_LEAST, to_columns
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.run_rows import require_active_run
from mlplat_cli.store.run_values import add_params, write_tags
from mlplat_cli.store.tables import run_tags


class SqlRunData(SqlPart):
    """Metrics, parameters and tags of a SQL store."""

    def log_batch(
        self,
        run_id: str,
        *,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[Tag] = (),
    ) -> None:
        """Log to an active run, all or nothing; InvalidInputError when a param would change its value."""
        wanted = _distinct_params(params)
        keys = self._names.intern(item.key for group in (metrics, params, tags) for item in group)
        origins = self._names.intern_origins(metrics)
        points = [point_columns(metric, keys, origins) for metric in metrics]
        with self._database.write() as connection:
            run = require_active_run(connection, run_id)["id"]
            refused = add_params(connection, run, wanted, keys)
            if refused:
                raise InvalidInputError(_refusal(refused, run_id, len(params)))
            write_tags(connection, run, {tag.key: tag.value for tag in tags}, keys)
            if points:
                write_points(connection, run, [(run, *point) for point in points])

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of a run; NotFoundError when it is not there."""
        with self._database.write() as connection:
            run = require_active_run(connection, run_id)["id"]
            number = self._names.lookup(connection, [key]).get(key)
            the_tag = run_tags.delete().where(run_tags.c.run == run, run_tags.c.key == number)
            if number is None or connection.execute(the_tag).rowcount == 0:
                raise NotFoundError(f"No tag with name: {key} in run with id {run_id}")


def _distinct_params(params: Sequence[Param]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for param in params:
        if wanted.setdefault(param.key, param.value) != param.value:
            raise InvalidInputError(
                f"Duplicate parameter keys have been submitted: ['{param.key}']. "
                "Please ensure the request contains only one param value per param key."
            )
    return wanted


def point_columns(
    metric: Metric, keys: Mapping[str, int], origins: Mapping[Origin, int]
) -> tuple[int, int, int, int, float, int]:
    """Return the row of a point, without its run; InvalidInputError when step or timestamp do not fit 64 bits."""
    for name, number in (("step", metric.step), ("timestamp", metric.timestamp)):
        if not INT64_LEAST <= number <= INT64_GREATEST:
            raise InvalidInputError(f"metric {metric.key!r}: {name} {number} is not a 64-bit integer")
    special, value = to_columns(metric.value)
    origin = origin_of(metric)
    return keys[metric.key], metric.step, metric.timestamp, special, value, origins[origin] if origin else NO_ORIGIN


def _refusal(refused: Mapping[str, tuple[str, str]], run_id: str, asked: int) -> str:
    beginning = "Changing param values is not allowed."
    if asked == 1:
        ((key, (kept, given)),) = refused.items()
        return (
            f"{beginning} Param with key='{key}' was already logged with value='{kept}' for run ID='{run_id}'. "
            f"Attempted logging new value '{given}'."
        )
    changes = [{"key": key, "old_value": kept, "new_value": given} for key, (kept, given) in refused.items()]
    return f"{beginning} Params were already logged='{changes}' for run ID='{run_id}'."
