"""How a server says that it ends. In: nothing. Out: the name under which a request's state holds an `asyncio.Event`.

An answer that has no end of its own (a stream of events) waits for it; all others are finished anyway.
"""

from __future__ import annotations

STOPPING = "mlplat.stopping"
