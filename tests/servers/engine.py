"""A real container engine for tests, and a base image for it. In: nothing. Out: the address of a Docker engine.

Nothing is pulled from a registry: the base is a Debian with Python, made by debootstrap and kept in pytest's cache.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException
from filelock import FileLock

PACKAGES = "python3,python3-distutils,libgomp1"
BASE = "mlplat-tests/python:base"
"""The name of the base image: Debian with its Python and nothing else."""
_MIRROR = "http://deb.debian.org/debian"
_RELEASE = "bookworm"
_START_SECONDS = 60


@contextmanager
def running_engine(config: pytest.Config) -> Iterator[str]:
    """Hand out the engine that runs here, or start one; what the tests leave in an engine of the user's is removed.

    Skipped where there is none and none can be started; failed under MLPLAT_REQUIRE_ALL=1.
    """
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    client = _client(address)
    if client is None:
        yield from _own_engine(config)
        return
    before = {image.id for image in client.images.list(all=True)}
    try:
        _import(client, _base_archive(config))
        yield address
    finally:
        for image in client.images.list(all=True):
            if image.id not in before:
                with contextlib.suppress(DockerException):
                    client.images.remove(image.id, force=True)
        client.close()


def _own_engine(config: pytest.Config) -> Iterator[str]:
    missing = _missing()
    if missing:
        message = f"container engine: {missing}"
        if os.environ.get("MLPLAT_REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    archive = _base_archive(config)
    with tempfile.TemporaryDirectory(prefix="engine-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        address = f"unix://{folder}/docker.sock"
        with (folder / "log").open("wb") as log:
            # Without a bridge: a machine's rules for packets are not the tests' business.
            process = subprocess.Popen(
                ["dockerd", f"--host={address}", f"--data-root={folder}/data", f"--exec-root={folder}/exec",
                 f"--pidfile={folder}/pid", "--bridge=none", "--iptables=false"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            client = _started(address, process, folder / "log")
            _import(client, archive)
            client.close()
            yield address
        finally:
            process.terminate()
            process.wait(_START_SECONDS)
            subprocess.run(["umount", f"{folder}/exec/netns/default"], check=False, capture_output=True)


def _missing() -> str | None:
    if os.getuid() != 0:
        return "starting one takes root"
    absent = [name for name in ("dockerd", "debootstrap") if shutil.which(name) is None]
    return f"{' and '.join(absent)} not installed (apt-get install docker.io debootstrap)" if absent else None


def _base_archive(config: pytest.Config) -> Path:
    assert config.cache is not None
    archive = config.cache.mkdir("engine") / f"{_RELEASE}-{PACKAGES.replace(',', '-')}.tar"
    with FileLock(f"{archive}.lock"):
        if not archive.exists():
            with tempfile.TemporaryDirectory(prefix="debootstrap-", ignore_cleanup_errors=True) as folder:
                root, draft = Path(folder) / "root", archive.with_suffix(".draft")
                command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", _RELEASE, str(root), _MIRROR]
                subprocess.run(command, check=True, capture_output=True)
                for waste in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale"):
                    shutil.rmtree(root / waste, ignore_errors=True)
                subprocess.run(["tar", "-C", str(root), "-cf", str(draft), "."], check=True)
                draft.rename(archive)
    return archive


def _client(address: str) -> docker.DockerClient | None:
    """Return what asks an engine; None where nobody listens."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(address.removeprefix("unix://")) != 0:
                return None
    client = docker.DockerClient(base_url=address, timeout=300)
    client.ping()
    return client


def _started(address: str, process: subprocess.Popen[bytes], log: Path) -> docker.DockerClient:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        client = _client(address)
        if client is not None:
            return client
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


def _import(client: docker.DockerClient, archive: Path) -> None:
    name, _, tag = BASE.partition(":")
    client.api.import_image_from_file(str(archive), repository=name, tag=tag)
