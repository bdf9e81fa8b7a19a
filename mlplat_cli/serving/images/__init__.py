"""Container images of models. In: a model folder. Out: a folder that any engine builds, or an image.

    plan.py         which base, Python and platform; what names the environment
    packages.py     the packages of the model and of the front, installed here, made small
    dockerfile.py   the text that puts them together
    context.py      the folder that holds all of it
    engine.py       the engine that builds it

Nothing is fetched while an image is built: uv installs for the image's platform on this machine, with this machine's
indexes, certificates and cache. No credential can reach a layer, and an image is built without a network.
"""
