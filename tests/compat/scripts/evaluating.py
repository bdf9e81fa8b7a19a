"""mlflow.genai.evaluate with plain scorers: on outputs that are there, and with a function that makes them."""

import mlflow
from expect import report
from mlflow.entities import Feedback
from mlflow.genai import scorer

mlflow.set_experiment("evaluated")


@scorer
def exact(outputs, expectations) -> bool:
    return outputs == expectations["answer"]


@scorer
def length(outputs) -> Feedback:
    return Feedback(value=len(str(outputs)), rationale="counted")


rows = [
    {"inputs": {"x": number}, "outputs": str(number * 2), "expectations": {"answer": str(number + number % 2)}}
    for number in range(4)
]
result = mlflow.genai.evaluate(data=rows, scorers=[exact, length])
assert result.metrics["exact/mean"] == 0.5, result.metrics
assert result.metrics["length/mean"] == 1, result.metrics
traces = mlflow.search_traces(run_id=result.run_id, return_type="list")
assert len(traces) == 4, traces
assert {each.name for each in traces[0].info.assessments} == {"exact", "length", "answer"}, traces[0].info.assessments


@mlflow.trace
def predict(x):
    return str(x * 2)


asked = [{"inputs": row["inputs"], "expectations": row["expectations"]} for row in rows]
result = mlflow.genai.evaluate(data=asked, scorers=[exact, length], predict_fn=predict)
assert result.metrics["exact/mean"] == 0.5, result.metrics
stored = mlflow.get_run(result.run_id)
assert stored.data.metrics["length/mean"] == 1, stored.data.metrics
traces = mlflow.search_traces(run_id=result.run_id, return_type="list", filter_string="feedback.length = 1")
assert len(traces) == 4, traces
assert len(mlflow.search_traces(filter_string="feedback.exact = 'true'", return_type="list")) == 4
report(result.run_id)
