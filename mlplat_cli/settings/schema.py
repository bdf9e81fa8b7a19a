"""The shape of mlplat.toml. In: the options. Out: its JSON Schema, which `schemas/` holds for editors."""

from __future__ import annotations

from typing import Any

from mlplat.configured import FILE_NAME
from mlplat_cli.settings.option import Option


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of mlplat.toml files."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE_NAME,
        "description": "Defaults of a project, or of a user.",
        "type": "object",
        "properties": {option.key: {"description": option.description, **option.form} for option in Option},
        "additionalProperties": False,
    }
