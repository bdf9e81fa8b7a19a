"""Models by address. In: any URI that names a model. Out: what it names, its files; changes of the registry."""
