"""Models as folders, as the tool reads them. In: a folder. Out: what its MLmodel file says; nothing of it is run."""
