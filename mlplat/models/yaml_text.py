"""YAML as model folders hold it. In: a text, or plain values. Out: plain values, or a text.

PyYAML's safe loader reads where it is installed; a model's environment may lack it, and then a reader of our own reads
what `yaml.safe_dump` writes: block and flow collections, plain and quoted scalars that run over several lines, literal
blocks, anchors. Neither makes anything but dicts, lists, texts, numbers, truth values and None; a tag is refused.
"""

from __future__ import annotations

import re
from math import isinf, isnan
from typing import Any, List, Optional

from mlplat.exceptions import MlplatException

_PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./+=@<>~^()\[\];-]*(?: [A-Za-z0-9_./+=@<>~^()\[\];-]+)*")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", ".inf", ".nan"))
_NUMBER_LIKE = re.compile(r"[-+.]?[0-9][0-9_:.eE+-]*")
_INDENT = "  "


def parse(text: str) -> Any:
    """Return what a YAML document says.

    Raises:
        MlplatException: it is no YAML, has a tag that would make an object, or is nested too deeply or too large.
    """
    from mlplat.models import yaml_bounds

    try:
        import yaml
    except ImportError:
        from mlplat.models.yaml_reader import read

        value = read(text)
        _refuse(yaml_bounds.too_much_of(value))
        return value
    _refuse(yaml_bounds.too_much(text))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 - the safe loader, in C where it is there
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise MlplatException(f"it is no YAML: {' '.join(str(error).split())}") from error


def _refuse(reason: Optional[str]) -> None:
    if reason is not None:
        raise MlplatException(f"it is no YAML that anybody wrote: {reason}")


def render(value: Any) -> str:
    """Return plain values as a YAML document whose keys are sorted."""
    if isinstance(value, (dict, list)) and value:
        return "\n".join(_block(value, "")) + "\n"
    return _inline(value) + "\n"


def _block(value: Any, indent: str) -> List[str]:
    lines: List[str] = []
    if isinstance(value, dict):
        for key in sorted(value, key=str):
            lines += _entry(f"{indent}{_inline(key)}:", value[key], indent)
    else:
        for each in value:
            if isinstance(each, (dict, list)) and each:
                inner = _block(each, indent + _INDENT)
                lines.append(f"{indent}- {inner[0].lstrip()}")
                lines += inner[1:]
            else:
                lines.append(f"{indent}- {_inline(each)}")
    return lines


def _entry(head: str, value: Any, indent: str) -> List[str]:
    if not isinstance(value, (dict, list)) or not value:
        return [f"{head} {_inline(value)}"]
    # A list stands as far left as its key, as in every MLmodel file.
    return [head, *_block(value, indent if isinstance(value, list) else indent + _INDENT)]


def _inline(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, (dict, list, tuple)):
        return "{}" if isinstance(value, dict) else "[]"
    return _text(str(value))


def _float(value: float) -> str:
    if isnan(value):
        return ".nan"
    if isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(float(value))
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS and not _NUMBER_LIKE.fullmatch(value):
        return value
    if "'" not in value and value.isprintable():
        return f"'{value}'"
    return '"' + "".join(_escaped(each) for each in value) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 1 << 16 else f"\\U{ord(character):08x}"
