"""A plain script that is killed. In: a file of eight bytes, a number of calls. Out: there, the calls that returned.

The file is mapped into memory, which the system keeps when the process is gone.
"""

import mmap
import struct
import sys
from pathlib import Path

import mlplat


def main() -> None:
    """Count each call once it has returned."""
    with Path(sys.argv[1]).open("r+b") as file, mmap.mmap(file.fileno(), 8) as counter, mlplat.start_run():
        for step in range(int(sys.argv[2])):
            mlplat.log_metric("loss", step / 2, step=step)
            struct.pack_into("=Q", counter, 0, step + 1)


main()
