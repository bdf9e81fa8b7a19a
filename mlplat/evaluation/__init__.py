"""How good a model is. In: a model, data with targets. Out: metrics, charts and tables of a run.

`scores` has the definitions, in numpy alone.
"""
