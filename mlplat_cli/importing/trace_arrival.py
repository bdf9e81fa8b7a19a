"""Puts a trace into a store. In: a whole trace. Out: what of it was new."""

from __future__ import annotations

from mlplat_cli.entities import Taken, Trace
from mlplat_cli.store.interface import Store


def take_trace(store: Store, given: Trace) -> Taken:
    """Keep a trace; of one that is there, what is missing is added, and one that went on is followed.

    Raises:
        NotFoundError: there is no such experiment. NotSupportedError: the store keeps no traces.
        InvalidInputError: something does not fit the store.
    """
    info = given.info
    known = next(iter(store.traces([info.trace_id])), None)
    follows = known is None or (known.info.state is not info.state and not known.info.state.is_final)
    if follows:
        store.put_trace(info)
    there = {span.span_id for span in known.spans} if known and not follows else set()
    spans = [span for span in given.spans if span.span_id not in there]
    if spans:
        store.log_spans(info.experiment_id, spans)
    judged = {each.assessment_id for each in known.info.assessments} if known else set()
    # One that overrides another comes after it.
    missing = [each for each in info.assessments if each.assessment_id not in judged]
    for assessment in sorted(missing, key=lambda each: each.create_time):
        store.create_assessment(assessment)
    changed = known is not None and bool(follows or spans or missing)
    return Taken(added=known is None, changed=changed)
