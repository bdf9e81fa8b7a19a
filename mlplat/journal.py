r"""The journal: what a process logs, in a file of its own. In: records. Out: lines on disk; and back again.

Format, version 1
=================
A journal is the file `<journals>/<RUN_ID>/<PROCESS>.jsonl`; PROCESS is `<host>-<pid>-<8 random hex digits>`, so no two
writers ever share one. The files that it logs as artifacts lie beside it in `<PROCESS>.files/` until they are ingested.

A line is

    <8 hex digits: CRC-32 of the payload> <payload>\n

and reaches the file by one write(2) on a descriptor opened with O_APPEND, before the call that logged returns; one
write may carry several whole lines. A last line without its line feed is torn and is no record. A whole line whose
checksum is wrong is damage.

The payload is a JSON array in UTF-8 without raw line feeds. Its first element says what it is; elements in brackets
may be left out from the right. Times are ms since the epoch. Any other first element is not version 1.

    ["journal", 1, run_id, pid, host, created]    always the first record
    ["run", experiment_id, experiment_name, run_name, user_id, start_time, {tag: value}[, resumed[, joins]]]
                                                  always the second
    ["m", key, value, step, timestamp[, model_id[, dataset_name[, dataset_digest]]]]
                                                  one point of a metric
    ["p", key, value, timestamp]                  a parameter
    ["t", key, value]                             a tag, set or overwritten
    ["dt", key]                                   a tag removed
    ["id", name, digest, source_type, source, schema, profile, {tag: value}]
                                                  a dataset that the run read
    ["im", model_id]                              a logged model that the run read
    ["a", path, staged, size[, model_id]]         the file `<PROCESS>.files/<staged>`, to be the run's artifact `path`,
                                                  or the file `path` of a logged model
    ["mo", model_id, name, model_type, step, timestamp, {param: value}, {tag: value}]
                                                  a logged model that the run makes; its files follow
    ["mr", model_id[, registered_name]]           all files of that model came before; it is a version of that name
    ["end", status, end_time]                     the run ended

In a "run" record at most one of experiment_id and experiment_name is given, neither means the Default experiment.
`resumed` means that the run exists already and only what is not null changes; `joins` that another process owns it.
A metric's value is a JSON number, or one of the strings "NaN", "Infinity", "-Infinity". Half of a surrogate pair, which
UTF-8 cannot say, is written as the six characters of its escape (`\udc80`).

The journals of one run are applied in the order of `created`, which differs between the journals of one process.

A writer holds flock(LOCK_EX) on its journal for as long as it lives; that is how others know. The file has its final
name only once it is locked and holds its first two records.
"""

from __future__ import annotations

import errno
import io
import os
import time
from binascii import crc32
from typing import Any, Callable, Iterator, Optional, Sequence, Tuple, Union

from mlplat.exceptions import IO_FAILED, MlplatException

try:
    import fcntl

    flock: Optional[Callable[[Any, int], None]] = fcntl.flock
    EXCLUSIVE = fcntl.LOCK_EX
except ImportError:  # not a POSIX system: nobody can tell there whether a writer lives
    flock, EXCLUSIVE = None, 0

FORMAT_VERSION = 1
SUFFIX = ".jsonl"
STAGING_SUFFIX = ".files"
CHECK_BYTES = 9
BLOCK_BYTES = 1 << 20
HOST_CHARACTERS = 64
FILE_MODE = 0o666
LAST_STANDARD_STREAM = 2


_latest = [0]


class DamagedJournalError(ValueError):
    """A whole line whose checksum is wrong; everything before `offset` (bytes from the file's start) is good."""

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(f"{path}: the record at byte {offset} is damaged (its checksum does not match)")
        self.path = path
        self.offset = offset


def line(payload: bytes) -> bytes:
    """Return the payload, a JSON array, as a line of a journal."""
    return b"%08x %b\n" % (crc32(payload), payload)


def encode(record: Sequence[Any]) -> bytes:
    """Return a record as a line of a journal; it holds texts, ints, bools, None and dicts of texts."""
    return line(json_text(record).encode("utf-8"))


def json_text(value: Any) -> str:
    """Return JSON without spaces that UTF-8 can carry."""
    import json

    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join(f"\\\\u{ord(each):04x}" if "\ud800" <= each <= "\udfff" else each for each in text)
    return text


def read_lines(path: Union[str, os.PathLike[str]], offset: int = 0) -> Iterator[Tuple[bytes, int]]:
    """Yield the payload of every whole line from `offset` on, and the offset of the line after it.

    Args:
        offset: in bytes; 0 or one that was yielded before.

    Raises:
        DamagedJournalError: at a whole line whose checksum is wrong, after all good lines before it.
        OSError: the file cannot be read.
    """
    with io.FileIO(os.fspath(path)) as file:
        file.seek(offset)
        rest = b""
        while True:
            block = file.read(BLOCK_BYTES)
            if not block:
                return
            whole = (rest + block).split(b"\n")
            rest = whole.pop()
            for each in whole:
                payload = each[CHECK_BYTES:]
                if each[:CHECK_BYTES] != b"%08x " % crc32(payload):
                    raise DamagedJournalError(os.fspath(path), offset)
                offset += len(each) + 1
                yield payload, offset


class Journal:
    """A journal that this process writes.

    Args:
        journals: the folder of all journals. run: the "run" record.

    Raises:
        MlplatException: it cannot be made.
    """

    def __init__(self, journals: str, run_id: str, run: Sequence[Any]) -> None:
        host = host_name()
        pid = os.getpid()
        name = os.path.join(journals, run_id, f"{host}-{pid}-{os.urandom(4).hex()}")
        self.path = name + SUFFIX
        self.staging = name + STAGING_SUFFIX
        now = _beginning()
        first = encode(("journal", FORMAT_VERSION, run_id, pid, host, now)) + encode(run)
        try:
            self._file = _new_file(name + ".part")
            _begin(self._file, first, self.path)
        except OSError as error:
            raise MlplatException(f"cannot make the journal {self.path}: {error}", IO_FAILED) from error
        self.write = self._file.write
        """Append whole lines by one write(2); returns how many bytes were written."""

    def untear(self, written: bytes) -> None:
        """Take back the torn line at the end, after a write that the disk took only `written` of."""
        torn = len(written) - (written.rfind(b"\n") + 1)
        os.ftruncate(self._file.fileno(), os.fstat(self._file.fileno()).st_size - torn)

    def sync(self) -> None:
        """Return when all that was written is on the disk itself."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file and, unless another process inherited it, of its lock."""
        self._file.close()


def _beginning() -> int:
    """Return the time; never twice the same, so that the journals of one process have an order."""
    _latest[0] = max(time.time_ns() // 1_000_000, _latest[0] + 1)
    return _latest[0]


def host_name() -> str:
    """Return this machine's name as the names of journals have it."""
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    safe = "".join(each if each.isascii() and (each.isalnum() or each in ".-") else "_" for each in name)
    return safe[:HOST_CHARACTERS].lstrip(".") or "host"


def _new_file(path: str) -> io.FileIO:
    while True:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            return io.FileIO(path, "ab", opener=_opened)
        except FileNotFoundError:
            continue  # whoever ingested the folder's last journal removed the folder in between


def _opened(path: str, flags: int) -> int:
    """Open a file, but never as standard output where that is closed: what C code prints would land in the journal."""
    descriptor = os.open(path, flags, FILE_MODE)
    if descriptor > LAST_STANDARD_STREAM or flock is None:
        return descriptor
    try:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, LAST_STANDARD_STREAM + 1)
    finally:
        os.close(descriptor)


def _begin(file: io.FileIO, first: bytes, path: str) -> None:
    """Lock the file, write its first records and give it its name; a file that cannot have them is removed."""
    _lock(file)
    try:
        if file.write(first) == len(first):
            os.rename(file.name, path)
            return
    except OSError:
        _remove(file)
        raise
    _remove(file)
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _remove(file: io.FileIO) -> None:
    file.close()
    os.unlink(file.name)


def _lock(file: io.FileIO) -> None:
    if flock is None:
        return
    try:
        flock(file, EXCLUSIVE)
    except OSError:
        return  # a file system without locks: logging matters more than being seen alive
