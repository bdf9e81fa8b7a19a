"""Logging to runs. In: metrics, parameters, tags. Out: rows, all of a call or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from sqlalchemy import Connection

from mlplat_cli.entities import Metric, Param, RunBatch, Tag
from mlplat_cli.errors import InvalidInputError, NotFoundError, StoreError
from mlplat_cli.store.change_stamps import stamp_changes
from mlplat_cli.store.database import WouldWaitError, WriteConflictError
from mlplat_cli.store.express_logging import log_quickly
from mlplat_cli.store.metric_rows import PointRow, write_points
from mlplat_cli.store.names import Origin
from mlplat_cli.store.part import SqlPart
from mlplat_cli.store.point_columns import PointColumns, point_columns
from mlplat_cli.store.run_rows import active_runs, require_active_run
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
        (failure,) = self.log_batches([RunBatch(run_id, metrics, params, tags)]) or ()
        if failure is not None:
            raise failure

    def log_batches(self, batches: Sequence[RunBatch], *, wait: bool = True) -> Sequence[Exception | None] | None:
        """Log several batches in one transaction, in their order, each as if it were alone.

        Args:
            wait: False returns None, and writes nothing, where this thread would have to wait for another writer.

        Returns:
            None for each batch that is written and committed, otherwise why nothing of it is.
        """
        if not (wait or self._database.is_file):
            return None
        done = log_quickly(self._database, self._names, batches)
        rest = [batch for batch, is_done in zip(batches, done, strict=True) if not is_done]
        if not rest:
            return [None] * len(batches)
        failures = self._log_in_steps(rest, wait=wait)
        if failures is None or len(rest) == len(batches):
            return failures
        each = iter(failures)
        return [None if is_done else next(each) for is_done in done]

    def _log_in_steps(self, batches: Sequence[RunBatch], *, wait: bool) -> Sequence[Exception | None] | None:
        try:
            return self._log_together(batches, wait=wait)
        except WouldWaitError:
            return None
        except WriteConflictError:
            raise
        except Exception as error:
            if len(batches) == 1 or isinstance(error, StoreError):
                return [error] * len(batches)
        if not wait:
            return None
        # One of them undid the transaction. Which one that was shows when each has a transaction of its own.
        return [failure for batch in batches for failure in self._log_in_steps([batch], wait=True) or ()]

    def _log_together(self, batches: Sequence[RunBatch], *, wait: bool) -> Sequence[Exception | None]:
        keys = self._names.intern((item.key for batch in batches for item in _items(batch)), wait=wait)
        origins = self._names.intern_origins((metric for batch in batches for metric in batch.metrics), wait=wait)
        prepared = [_prepared(batch, keys, origins) for batch in batches]
        failures: list[Exception | None] = []
        rows: list[PointRow] = []
        written: list[int] = []
        with self._database.write(wait=wait) as connection:
            found = active_runs(connection, {batch.run_id for batch in batches})
            for batch, points in zip(batches, prepared, strict=True):
                run = found[batch.run_id]
                failure = next((each for each in (points, run) if isinstance(each, Exception)), None)
                failures.append(failure)
                if isinstance(points, list) and isinstance(run, int):
                    _write_pairs(connection, run, batch, keys)
                    rows += [(run, *point) for point in points]
                    written.append(run)
            if rows:
                write_points(connection, rows)
            stamp_changes(connection, written)
        return failures

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of a run; NotFoundError when it is not there."""
        with self._database.write() as connection:
            run = require_active_run(connection, run_id)["id"]
            number = self._names.lookup(connection, [key]).get(key)
            the_tag = run_tags.delete().where(run_tags.c.run == run, run_tags.c.key == number)
            if number is None or connection.execute(the_tag).rowcount == 0:
                raise NotFoundError(f"No tag with name: {key} in run with id {run_id}")
            stamp_changes(connection, [run])


def _items(batch: RunBatch) -> Iterator[Metric | Param | Tag]:
    return chain(batch.metrics, batch.params, batch.tags)


def _prepared(
    batch: RunBatch, keys: Mapping[str, int], origins: Mapping[Origin, int]
) -> list[PointColumns] | InvalidInputError:
    """Return the points of a batch, or what is wrong with it as far as that can be seen without the database."""
    wanted: dict[str, str] = {}
    for param in batch.params:
        if wanted.setdefault(param.key, param.value) != param.value:
            return InvalidInputError(
                f"Duplicate parameter keys have been submitted: ['{param.key}']. "
                "Please ensure the request contains only one param value per param key."
            )
    try:
        return [point_columns(metric, keys, origins) for metric in batch.metrics]
    except InvalidInputError as error:
        return error


def _write_pairs(connection: Connection, run: int, batch: RunBatch, keys: Mapping[str, int]) -> None:
    refused = add_params(connection, run, {param.key: param.value for param in batch.params}, keys)
    if refused:
        raise InvalidInputError(_refusal(refused, batch.run_id, len(batch.params)))
    write_tags(connection, run, {tag.key: tag.value for tag in batch.tags}, keys)


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
