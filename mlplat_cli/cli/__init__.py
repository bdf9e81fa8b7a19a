"""Words typed in, one call below, text or JSON out. The folder tree is the command tree.

Only this package prints. Modules are imported when their command is typed: `--help` costs what an interpreter costs.
"""
