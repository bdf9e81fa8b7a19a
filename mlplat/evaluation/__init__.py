"""How good a model is. In: a model, data with targets. Out: metrics, charts and tables of a run.

`evaluation` has the call; `table` takes the data apart, `asking` asks the model, `classifier`, `regressor` and `custom`
measure its answers, by the definitions in `scores`; `thresholds` says whether that is good enough. Nothing but numpy is
needed, so that a model is evaluated in its own environment, whatever else that has; `python -m mlplat.evaluation` does
that for `mlplat models evaluate`.
"""
