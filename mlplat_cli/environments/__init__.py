"""Environments. In: a project's environment files. Out: an exact lock and a built, cached environment for it.

For callers: `spec.read_spec`; of `build`: `plan_environment`, `prepare`, `environment_variables`, `in_use`; `catalog`.
"""
