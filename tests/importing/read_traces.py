"""Reads every trace of a store with the client of mlflow. In: its address, the file to write. Out: JSON by id."""

import json
import os
import pathlib

import mlflow

client = mlflow.MlflowClient(os.environ["MLFLOW_TRACKING_URI"])


def shown(trace):
    info = trace.info
    return {
        "state": str(info.state),
        "tags": {key: value for key, value in info.tags.items() if key.startswith(("team", "mlflow.traceName"))},
        "time": info.request_time,
        "duration": info.execution_duration,
        "session": sorted(info.trace_metadata),
        "previews": [info.request_preview, info.response_preview],
        "assessments": sorted([each.name, str(each.value), str(each.rationale)] for each in info.assessments),
        "spans": [
            {
                "name": [span.name, span.span_type, str(span.status.status_code)],
                "values": [str(span.inputs), str(span.outputs)],
                "times": [span.start_time_ns, span.end_time_ns],
                "has_parent": bool(span.parent_id),
                "events": [event.name for event in span.events],
            }
            for span in sorted(trace.data.spans, key=lambda span: span.start_time_ns)
        ],
    }


experiments = [each.experiment_id for each in client.search_experiments()]
found = client.search_traces(locations=experiments, max_results=50)
traces = {trace.info.trace_id: shown(client.get_trace(trace.info.trace_id)) for trace in found}
pathlib.Path(os.environ["OUTCOME"]).write_text(json.dumps(traces), encoding="utf-8")
