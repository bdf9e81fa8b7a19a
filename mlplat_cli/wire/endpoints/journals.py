"""Shipping journals, which MLflow's protocol cannot say. Beside the table, since bytes travel and not JSON.

POST /api/1/journals/{run_id}/{process}?offset=N[&last=1]      body: the journal's bytes from N on, perhaps none
     answers {"offset": M}: bytes that the server has. Nothing is taken unless N was what it had, so a request that is
     repeated changes nothing, and one that was cut off is taken as far as it came in whole lines. Any such request
     says that the writer lives; `last=1` that it is gone and everything was sent.
POST /api/1/journals/{run_id}/{process}/files/{staged}?offset=N&size=S     body: a staged file, sent before its record
     as `/api/1/uploads` takes a file (`wire.endpoints.uploads`)
"""

from __future__ import annotations

import re

JOURNAL = "/api/1/journals/{run_id}/{process}"
STAGED_FILE = JOURNAL + "/files/{staged}"

JOURNAL_PATH = re.compile(r"/api/1/journals/([^/]+)/([^/]+)(?:/files/([^/]+))?")
