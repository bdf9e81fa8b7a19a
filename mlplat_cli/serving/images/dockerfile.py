"""The text of a Dockerfile. In: an `ImagePlan`. Out: lines that every engine builds, BuildKit or not.

/opt/model      the model's environment, a virtual one over the base's Python
/opt/mlplat     the front's environment, and the tool's own modules
/opt/python     the front's Python, where the base's is too old for it
/opt/ml/model   the model; SageMaker and others lay theirs over it
"""

from __future__ import annotations

import json

from mlplat_cli.serving.images.plan import ImagePlan

PORT = 8080
"""What SageMaker calls, and what Vertex AI, Azure ML and KServe call unless told otherwise."""
MODEL = "/opt/ml/model"
_USER = "1000:1000"
_NOT_COMPILED = "/(datasets|odr|fftpack|testing|table_grapheme_overrides|_plot|_numpydoc|_dask|_duckdb|_ibis|_polars)/"
"""Modules of scikit-learn's and pandas' families that serving hardly ever imports: they would take 8 MB compiled."""
_STARTED = "mlplat_cli.serving.container"
"""The module that answers in a container."""


def environment_lines(plan: ImagePlan) -> list[str]:
    """Return the lines of the layers that only change with what the model needs."""
    site = f"lib/python{plan.python}/site-packages"
    python, begin = "python3", [f"FROM {plan.base} AS environment"]
    if plan.front_base is not None:
        python = "/opt/python/bin/python3"
        begin = [f"FROM {plan.front_base} AS front", *begin, "COPY --from=front /usr/local/ /opt/python/"]
        # Its library is not where the loader looks.
        begin.append("RUN echo /opt/python/lib > /etc/ld.so.conf.d/mlplat.conf && ldconfig")
    return [
        *begin,
        f"RUN {_holds(plan.base, 'python3', plan.python)} "
        f"&& {_holds(plan.front_base or plan.base, python, plan.front_python)}",
        # Without pip: nothing is installed in an image.
        f"RUN python3 -m venv --without-pip /opt/model && {python} -m venv --without-pip /opt/mlplat",
        f"COPY front/ {_front(plan)}/",
        f"COPY environment/ /opt/model/{site}/",
        # A container's user cannot write beside the modules: uncompiled, each start would compile them again.
        f"RUN python3 -m compileall -q -j 0 -x '{_NOT_COMPILED}' /opt/model/{site} > /dev/null || true",
    ]


def _holds(image: str, python: str, version: str) -> str:
    """Return the command that stops a build whose image holds another Python."""
    wanted = tuple(int(part) for part in version.split("."))
    otherwise = f'"the image {image} must hold Python {version}, and holds " + sys.version.split()[0]'
    script = f"import sys; sys.version_info[:2] == {wanted} or sys.exit('mlplat: ' + {otherwise})"
    return f"{python} -c {json.dumps(script)}"


def _front(plan: ImagePlan) -> str:
    return f"/opt/mlplat/lib/python{plan.front_python}/site-packages"


def model_lines(plan: ImagePlan, environment: str, variables: dict[str, str]) -> list[str]:
    """Return the lines of the layers above, which change with the model and with the tool's version.

    Args:
        environment: the image or stage with the packages. variables: of the container.
    """
    site = _front(plan)
    settings = {**plan.variables, "HOME": "/tmp", **variables}  # noqa: S108 - the container's
    return [
        f"FROM {environment}",
        f"COPY mlplat/ {site}/mlplat/",
        f"COPY mlplat_cli/ {site}/mlplat_cli/",
        f"COPY model/ {MODEL}/",
        "ENV PATH=/opt/model/bin:$PATH " + " ".join(f"{name}={_quoted(value)}" for name, value in settings.items()),
        # It is tried while it is built, and what it then imports of the front is compiled.
        f"RUN /opt/mlplat/bin/python -m {_STARTED} check && rm -rf /tmp/.cache",
        "ENV PYTHONDONTWRITEBYTECODE=1",
        f"USER {_USER}",
        "WORKDIR /tmp",
        f"EXPOSE {PORT}",
        "STOPSIGNAL SIGTERM",
        # The first argument may be `serve`, as SageMaker says; it is the only one there is.
        f'ENTRYPOINT ["/opt/mlplat/bin/python", "-m", "{_STARTED}"]',
        'CMD ["serve"]',
    ]


def _quoted(value: str) -> str:
    """Return a value as a Dockerfile takes it literally: a dollar sign would name a variable."""
    return json.dumps(value).replace("$", "\\$")


def dockerfile(plan: ImagePlan, variables: dict[str, str]) -> str:
    """Return one text that builds everything from the folder of `context.py`."""
    head = "# Written by mlplat. Everything that is installed lies beside this file: the build fetches the base only."
    return "\n".join([head, *environment_lines(plan), "", *model_lines(plan, "environment", variables), ""])
