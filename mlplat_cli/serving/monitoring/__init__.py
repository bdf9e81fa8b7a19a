"""Drift of served models. In: the training data's summary and a prediction log. Out: what changed, as a report."""
