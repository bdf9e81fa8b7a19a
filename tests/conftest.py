"""Fixtures of all tests: servers, one of a kind for each test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import databases, rest


@pytest.fixture(scope="session")
def postgresql() -> Iterator[databases.Server]:
    yield from databases.running("postgresql")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[databases.Server]:
    yield from databases.running("mariadb")


@pytest.fixture(scope="session")
def rest_server() -> Iterator[rest.RestServer]:
    yield from rest.running()
