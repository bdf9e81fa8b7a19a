"""Speed and size, ours and the peer's side by side in one run: `python -m benchmarks [NAME...]` from the checkout.

In: nothing but Python 3.11, git and a package index. Out: a table of what was measured, the ratio and the target.
"""
