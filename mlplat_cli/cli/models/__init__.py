"""`mlplat models`: registered models and their versions."""

from mlplat_cli.cli.lazy import LazyGroup, Stub

command = LazyGroup(
    "models",
    {
        "list": Stub("mlplat_cli.cli.models.list", "List registered models."),
        "show": Stub("mlplat_cli.cli.models.show", "Show a registered model, or one model of any URI."),
        "serve": Stub("mlplat_cli.cli.models.serve", "Serve models over HTTP, each in its own environment."),
        "evaluate": Stub(
            "mlplat_cli.cli.models.evaluate", "Measure a model on a file of data, in the model's own environment."
        ),
        "predict": Stub("mlplat_cli.cli.models.predict", "Predict what a file holds, in the model's own environment."),
        "register": Stub("mlplat_cli.cli.models.register", "Add a version to a registered model."),
        "copy": Stub("mlplat_cli.cli.models.copy", "Add a version of one registered model to another."),
        "alias": Stub("mlplat_cli.cli.models.alias", "Point an alias at a version, or remove it."),
        "tag": Stub("mlplat_cli.cli.models.tag", "Set or remove a tag of a registered model or version."),
        "describe": Stub("mlplat_cli.cli.models.describe", "Write the description of a registered model or version."),
        "transition": Stub("mlplat_cli.cli.models.transition", "Move a version to a stage."),
        "history": Stub("mlplat_cli.cli.models.history", "Show who changed a registered model, and when."),
        "rollback": Stub("mlplat_cli.cli.models.rollback", "Move an alias back to where it pointed before."),
        "gate": Stub("mlplat_cli.cli.models.gate", "Checks that must pass before an alias or a stage moves."),
        "rename": Stub("mlplat_cli.cli.models.rename", "Give a registered model another name."),
        "delete": Stub(
            "mlplat_cli.cli.models.delete", "Delete a version, or a registered model with all its versions."
        ),
        "build-docker": Stub("mlplat_cli.cli.models.build_docker", "Build a container image that serves a model."),
        "generate-dockerfile": Stub(
            "mlplat_cli.cli.models.generate_dockerfile", "Write a folder with a Dockerfile that serves a model."
        ),
        "prepare-env": Stub(
            "mlplat_cli.cli.models.prepare_env", "Build the environment of a model and print its folder."
        ),
        "update-requirements": Stub(
            "mlplat_cli.cli.models.update_requirements", "Add or remove requirements of a model."
        ),
        # MLflow's name of it.
        "update-pip-requirements": Stub(
            "mlplat_cli.cli.models.update_requirements", "Add or remove requirements of a model."
        ),
        "monitor": Stub("mlplat_cli.cli.models.monitor", "Compare what was served with the training data."),
        "labels": Stub("mlplat_cli.cli.models.labels", "Hand in the truth about predictions that were served."),
    },
    "Package, register and serve models.",
)
