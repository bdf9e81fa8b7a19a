"""`python -m mlplat.worker DESCRIPTOR FOLDER [--trust] [--ledger FOLDER]`: answers for one model.

In: the number of an inherited, connected Unix socket, the model's folder, and what of it may run code (whatever it
holds, or what the ledger of the store names). Out: frames, until the other end closes. The exit code is 0 when the
front closed its end, 1 when the model could not be loaded, which a FAILED frame explains.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import socket
import sys
import warnings
from typing import Any, Optional, Sequence

from mlplat.exceptions import MlplatException
from mlplat.worker.frames import FAILED, PREDICT, PROTOCOL, READY, Channel, head_bytes, packed
from mlplat.worker.model import Model


def main(words: Sequence[str]) -> int:
    """Load, report, answer."""
    given = _given(words)
    # Ctrl-C in a terminal reaches every process; when to end is for the front to say, which drains first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.formatwarning = _one_line
    with socket.socket(fileno=given.descriptor) as connected:
        channel = Channel(connected)
        try:
            model = _loaded(given)
        except BaseException as error:  # a model's own code may even call sys.exit
            message = error.message if isinstance(error, MlplatException) else f"{type(error).__name__}: {error}"
            channel.send(packed(FAILED, head_bytes({"message": message})))
            if not isinstance(error, MlplatException):
                raise
            return 1
        about = {"protocol": PROTOCOL, "python": platform.python_version(), "arrow": _has_arrow()}
        channel.send(packed(READY, head_bytes(about)))
        _answer(channel, model)
    return 0


def _one_line(message: Any, category: Any, filename: str, lineno: int, line: Optional[str] = None) -> str:
    """Write a warning for a server's log: where in a library it was given says nothing to who reads it."""
    return f"{category.__name__}: {message}\n"


def _given(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("mlplat.worker")
    parser.add_argument("descriptor", type=int)
    parser.add_argument("folder")
    parser.add_argument("--trust", action="store_true")
    parser.add_argument("--ledger")
    return parser.parse_args(words)


def _loaded(given: argparse.Namespace) -> Model:
    from mlplat.models.loading import load_predictor
    from mlplat.models.trust import Trust

    return Model(load_predictor(given.folder, Trust(given.trust, given.ledger)))


def _has_arrow() -> bool:
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def _answer(channel: Channel, model: Model) -> None:
    while True:
        frame = channel.receive()
        if frame is None:
            return
        if frame.kind == PREDICT:
            answer = model.answered(frame)
            try:
                channel.send(answer)
            except OSError:
                return  # nobody waits for it any more


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads that the model started would be waited for.
    os._exit(code)
