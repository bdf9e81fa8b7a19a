"""Every option once, and the folders of the user. In: flags, variables, files. Out: plain values.

Precedence: flag, environment variable, project file, user file.
"""
