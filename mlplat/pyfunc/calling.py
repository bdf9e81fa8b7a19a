"""Calling code of a model's author. In: a function or method, context, input, parameters. Out: what it returns.

Authors leave out what they do not need. The arguments `context` and `params` are known by their names; where there are
two others that have to be given, the first is the context by another name, as in `predict(self, _, data)`.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, NamedTuple, Optional

CONTEXT, PARAMS = "context", "params"
WITH_CONTEXT = 2
"""Arguments that have to be given where one of them is the context."""


class Arguments(NamedTuple):
    """What a function takes; `input_name` is None where it takes no input, or cannot be looked into."""

    context: bool
    params: bool
    input_name: Optional[str]


def arguments_of(function: Callable[..., Any]) -> Arguments:
    """Return what a function, or a bound method, takes."""
    from inspect import Parameter, signature

    try:
        parameters = signature(function).parameters
    except (TypeError, ValueError):
        return Arguments(context=False, params=False, input_name=None)
    positional = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    others = [each for each in parameters.values() if each.kind in positional and each.name not in (CONTEXT, PARAMS)]
    needed = [each for each in others if each.default is Parameter.empty]
    renamed = CONTEXT not in parameters and len(needed) >= WITH_CONTEXT
    names = [each.name for each in others][1 if renamed else 0 :]
    return Arguments(CONTEXT in parameters or renamed, PARAMS in parameters, names[0] if names else None)


def called_with(
    function: Callable[..., Any], context: Any, model_input: Any, params: Optional[Dict[str, Any]] = None
) -> Any:
    """Call a function or bound method with what it takes of these."""
    takes = arguments_of(function)
    given = (context, model_input) if takes.context else (model_input,)
    return function(*given, params=params) if takes.params else function(*given)


def input_name(function: Callable[..., Any]) -> Optional[str]:
    """Return the name of the argument that takes the input; None where there is none."""
    return arguments_of(function).input_name
