"""Calling code of a model's author. In: a function or method, context, input, parameters. Out: what it returns.

Authors leave out the arguments that they do not need; the names `context` and `params` say which are there.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional

CONTEXT, PARAMS = "context", "params"


def called_with(
    function: Callable[..., Any], context: Any, model_input: Any, params: Optional[Dict[str, Any]] = None
) -> Any:
    """Call a function or bound method with what it takes of these."""
    names = argument_names(function)
    arguments = (context, model_input) if CONTEXT in names else (model_input,)
    if PARAMS in names:
        return function(*arguments, params=params)
    return function(*arguments)


def input_name(function: Callable[..., Any]) -> Optional[str]:
    """Return the name of the argument that takes the input; None where there is none."""
    return next((name for name in argument_names(function) if name not in (CONTEXT, PARAMS)), None)


def argument_names(function: Callable[..., Any]) -> Any:
    """Return the names of a function's arguments, in order; those of what cannot be looked into are not known."""
    from inspect import signature

    try:
        return list(signature(function).parameters)
    except (TypeError, ValueError):
        return []
