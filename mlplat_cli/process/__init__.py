"""The only place that starts a subprocess. In: argument lists. Out: exit codes, output, process trees ended.

A project's own command is the one shell command there is, because MLproject defines it as one.
"""
