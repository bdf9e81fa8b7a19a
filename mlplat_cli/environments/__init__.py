"""Environments. In: a project's environment files. Out: an exact lock and a built, cached environment for it.

For callers: `spec.read_spec`, `build.plan_environment`, `build.prepare`, `build.environment_variables`, `folder.in_use`, `catalog`.
"""
