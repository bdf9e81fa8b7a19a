"""Eight processes change one registered model at once, on every database."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from mlplat_cli.registry.history import changes_of
from mlplat_cli.registry.versions import versions_of
from mlplat_cli.store.opening import open_store
from tests.servers.databases import KINDS

PROCESSES, ROUNDS = 8, 4

SCRIPT = """
    import os, sys
    from contextlib import suppress
    import psycopg, pymysql
    import mlplat_cli.store.sql
    from mlplat_cli.errors import AlreadyExistsError
    from mlplat_cli.store.opening import open_store

    _, address, processes, rounds = sys.argv
    children = []
    for worker in range(int(processes)):
        child = os.fork()
        if child == 0:
            store = open_store(address)
            with suppress(AlreadyExistsError):
                store.create_registered_model("wine")
            for round in range(int(rounds)):
                made = store.create_model_version("wine", f"mlflow-artifacts:/0/{worker}/{round}")
                store.set_alias("wine", "champion", made.version, reason=f"{worker}/{round}")
                store.transition_stage("wine", made.version, "Production", archive_existing=True)
                if round % 3 == 2:
                    store.delete_alias("wine", "champion")
            store.close()
            os._exit(0)
        children.append(child)
    sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""


@pytest.fixture(params=("sqlite", *KINDS))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/mlplat.db"
    return request.getfixturevalue(request.param).new_database()


def test_eight_processes_promote_at_once(address: str) -> None:
    open_store(address).close()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), address, str(PROCESSES), str(ROUNDS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    with closing(open_store(address)) as store:
        versions = versions_of(store, "wine")
        assert sorted(int(each.version) for each in versions) == list(range(1, PROCESSES * ROUNDS + 1))
        assert len({each.source for each in versions}) == PROCESSES * ROUNDS
        assert [each.current_stage for each in versions].count("Production") == 1
        changes = changes_of(store, "wine")
        assert [int(each.change_id) for each in changes] == sorted(int(each.change_id) for each in changes)
        created = [each for each in changes if each.action == "created"]
        assert [each.version for each in created] == [None, *(str(n) for n in range(1, PROCESSES * ROUNDS + 1))]
        moves = [each for each in changes if each.key == "champion"]
        assert {each.reason for each in moves if each.new} == {
            f"{worker}/{round}" for worker in range(PROCESSES) for round in range(ROUNDS)
        }
        # Each move begins where the one before it ended.
        assert [each.old for each in moves] == [None, *(each.new for each in moves[:-1])]
        now = dict(store.get_registered_model("wine").aliases)
        assert now.get("champion") == moves[-1].new
        stages: dict[str, str | None] = {}
        for each in changes:
            if each.action == "stage_set" and each.version:
                assert each.old == stages.get(each.version, "None")
                stages[each.version] = each.new
        assert {each.version: each.current_stage for each in versions} == stages
