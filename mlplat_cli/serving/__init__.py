"""Models behind HTTP. In: model folders, requests. Out: predictions by workers in the models' own environments."""
