"""The tool: command line, store and server. In: words typed, HTTP requests, journals. Out: recorded runs.

It runs in an environment of its own (Python 3.11 and later) and may import `mlplat`; never the reverse.
"""
