"""Which files may run code when they are loaded. In: a file, what the caller said. Out: nothing, or an error.

A pickle, a torch checkpoint or Python code of a model executes whatever it holds. It is loaded only when the caller
says so (`trust=True`), or when this very user wrote these very bytes into this store: then the store's ledger,
`written/` beside its journals, has an entry of that name which only this user's key can make. The ledger of a store on
a server lies in the user's state folder. Nothing in a model's own folder is ever asked, and a ledger that came along
with a copied store holds no entry of this user's key.
"""

from __future__ import annotations

import os
from typing import BinaryIO, Iterable, Iterator, Optional

from mlplat.exceptions import IO_FAILED, MlplatException

LEDGER = "written"
KEY_BYTES = 32
CHUNK = 1 << 20
SAFE_SUFFIXES = (".json", ".lgb", ".onnx", ".safetensors", ".ubj", ".csv", ".png")
"""Files at the top of a model's folder that no flavor executes; the ledger leaves them out. Those further down are
what code of the model may read, be it a pickle by another name."""
MODEL_FILE = "MLmodel"


class Trust:
    """What the caller, or the ledger of what this user wrote, says of files.

    Args:
        given: the caller said that whatever the model holds may run.
        ledger: folder of the ledger; that of the store that this process logs to unless given.
    """

    def __init__(self, given: bool = False, ledger: Optional[str] = None) -> None:
        self.given = given
        self._ledger = ledger

    def allows(self, path: str) -> bool:
        """Tell whether a file, or every file in a folder that could hold code, may run it."""
        if self.given:
            return True
        try:
            return self._names(_digest(each) for each in _files(path))
        except OSError:  # a file that cannot be read, or a link that leads elsewhere
            return False

    def require(self, path: str, why: str) -> None:
        """Refuse a file, or a folder of files, that may not run code.

        Args:
            why: what it is, such as "it is a pickle".

        Raises:
            MlplatException: neither the caller nor the ledger allows it.
        """
        if not self.allows(path):
            raise _refusal(path, why)

    def opened(self, path: str, why: str) -> BinaryIO:
        """Open a file that may run code; what is read are the bytes that were looked at, whoever changes the file.

        Raises:
            MlplatException: as of `require`.
        """
        if self.given:
            return open(path, "rb")
        from hashlib import sha256
        from io import BytesIO

        if self._names(()):
            with open(path, "rb") as file:
                content = file.read()
            if self._names([sha256(content).digest()]):
                return BytesIO(content)
        raise _refusal(path, why)

    def _names(self, digests: Iterable[bytes]) -> bool:
        """Tell whether there is a ledger of this user's that has all of these."""
        ledger = self._ledger or ledger_folder()
        key = _key()
        if key is None or not os.path.isdir(ledger):
            return False
        return all(os.path.isfile(os.path.join(ledger, _entry(key, each))) for each in digests)


def remember(folder: str, ledger: Optional[str] = None) -> None:
    """Enter the files of a model that this user has just written into the store's ledger.

    Args:
        ledger: its folder; that of the store that this process logs to unless given.

    Raises:
        MlplatException: the ledger cannot be written.
    """
    place = ledger or ledger_folder()
    paths = list(_files(folder))
    try:
        key = _key() or _new_key()
        os.makedirs(place, mode=0o700, exist_ok=True)
        for path in paths:
            with open(os.path.join(place, _entry(key, _digest(path))), "wb"):
                pass
    except OSError as error:
        raise MlplatException(f"cannot write the ledger {place}: {error}", IO_FAILED) from error


def ledger_folder() -> str:
    """Return where the ledger of the store that this process logs to lies, whether or not it is there."""
    from mlplat.location import chosen_uri, ships, store_home

    uri = chosen_uri()
    return os.path.join(store_home(), LEDGER) if uri is None or not ships() else server_ledger(uri)


def server_ledger(uri: str) -> str:
    """Return where the ledger of a store on a server lies, whether or not it is there."""
    from hashlib import sha256

    return os.path.join(_state_folder(), LEDGER, sha256(uri.rstrip("/").encode()).hexdigest()[:16])


def _files(path: str) -> Iterator[str]:
    """Yield a file, or those of a folder; of a model's own folder only those that a flavor could execute.

    Raises:
        OSError: a folder in it is a symbolic link, which leads to files that nobody has looked at.
    """
    if not os.path.isdir(path):
        yield path
        return
    described = os.path.isfile(os.path.join(path, MODEL_FILE))
    for folder, inner, names in os.walk(path):
        inner[:] = [each for each in inner if each != "__pycache__"]
        for name in inner:
            if os.path.islink(os.path.join(folder, name)):
                raise OSError(f"{os.path.join(folder, name)} is a symbolic link to a folder")
        for name in names:
            if not (described and folder == path and name.endswith(SAFE_SUFFIXES)):
                yield os.path.join(folder, name)


def _refusal(path: str, why: str) -> MlplatException:
    return MlplatException(
        f"{path} is not loaded: {why}, so loading it would run whatever code it holds; "
        "if you know where it comes from, say trust=True (--trust on the command line)",
        "PERMISSION_DENIED",
    )


def _digest(path: str) -> bytes:
    from hashlib import sha256

    digest = sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            digest.update(chunk)
    return digest.digest()


def _entry(key: bytes, digest: bytes) -> str:
    import hmac

    return hmac.new(key, digest, "sha256").hexdigest()


def _key() -> Optional[bytes]:
    """Return this user's key; None where there is none, or where others may have written it."""
    path = _key_path()
    try:
        state = os.stat(path)
        if hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & 0o022):
            return None
        with open(path, "rb") as file:
            found = file.read()
    except OSError:
        return None
    return found if len(found) == KEY_BYTES else None


def _new_key() -> bytes:
    """Make this user's key, or take the one that another process made meanwhile; OSError when neither can be."""
    path = _key_path()
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    part = f"{path}.{os.getpid()}"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(os.urandom(KEY_BYTES))
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(part)
    found = _key()
    if found is None:
        raise OSError(f"{path} is not this user's own key")
    return found


def _key_path() -> str:
    return os.path.join(_state_folder(), "key")


def _state_folder() -> str:
    state = os.environ.get("XDG_STATE_HOME") or os.path.join("~", ".local", "state")
    return os.path.join(os.path.abspath(os.path.expanduser(state)), "mlplat")
