"""Projects. In: an address, a version, `-P` words. Out: a folder at an exact commit, and the command to run in it.

What other layers call, each in the module of its noun (nothing is imported here: start-up time is a promise):

    source.parse_source(uri)                  address → Source (local folder, git repository or zip)
    fetch.fetch(source, version, …)           Source → Checkout, a folder at an exact commit
    worktree.read_state(folder)               a folder run in place → its commit, branch, remote, changes
    mlproject.load_project(root)              folder → Project, or every mistake with its place
    validation.validate_environment(project)  mistakes in the environment file's structure
    diagnostics.render(diagnostic)            a mistake as a compiler would show it
    entry_point.find_entry_point(project, name)   declared, or a script made into one
    parameters.parse_params(words)            ["a=1"] → {"a": "1"}
    parameters.resolve(entry_point, given, …) checked, with defaults, paths made absolute
    command.build_command(project, name, resolved)   the shell command, every value a single word
    schemas.mlproject_schema(), schemas.python_env_schema()   JSON Schemas for editors
"""
