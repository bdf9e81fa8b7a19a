"""Typed calls in, SQL (or REST) out: the one place that knows how runs are kept.

`Store` is what callers see; `open_store` finds the one that an address names.
"""
