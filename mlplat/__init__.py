from mlplat.version import __version__
