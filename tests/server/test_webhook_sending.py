"""Where webhooks may lead, and what an attempt to deliver does."""

from __future__ import annotations

import http.server
import ipaddress
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.entities import Delivery
from mlplat_cli.errors import InvalidInputError
from mlplat_cli.server.webhooks import sender
from mlplat_cli.server.webhooks.deliverer import MOST_ATTEMPTS, retry_delay
from mlplat_cli.server.webhooks.destination import find_destination, is_public
from mlplat_cli.server.webhooks.sender import send
from mlplat_cli.settings.webhooks import AllowedDestinations, allowed_destinations
from tests.servers.receiver import Receiver

NOWHERE_ELSE = AllowedDestinations()
LOOPBACK = AllowedDestinations(networks=(ipaddress.ip_network("127.0.0.0/8"),))


def delivery(url: str) -> Delivery:
    return Delivery(
        delivery_id="id-1", webhook_id="w", webhook_name="w", url=url, body='{"ü": 1}', secret=None, attempts=0
    )


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    started = Receiver(tmp_path)
    started.start()
    yield started
    started.stop()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 - not bound to
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(InvalidInputError, match="non-public"):
        find_destination(f"https://{literal}/hook", NOWHERE_ELSE)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::808:808"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "localhost"])
def test_other_spellings_of_loopback(host: str) -> None:
    with pytest.raises(InvalidInputError):
        find_destination(f"https://{host}/", NOWHERE_ELSE)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_no_disguise_of_a_private_address_is_public(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    for disguise in (0xFFFF << 32 | number, 0x0064FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert not is_public(ipaddress.IPv6Address(disguise))


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(InvalidInputError, match=r"'rebinding\.example' resolves to 10\.0\.0\.1"):
        find_destination("https://rebinding.example/", NOWHERE_ELSE)
    named = AllowedDestinations(hosts=frozenset({"rebinding.example"}))
    assert find_destination("https://Rebinding.Example:8443/a?b=c", named).address == "93.184.216.34"


def test_what_may_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_WEBHOOK_ALLOW", " hooks.internal, 10.1.0.0/16,::1 ,")
    allowed = allowed_destinations()
    assert allowed.name("HOOKS.internal", ipaddress.ip_address("1.2.3.4"))
    assert allowed.name("x", ipaddress.ip_address("10.1.9.9"))
    assert not allowed.name("x", ipaddress.ip_address("10.2.0.1"))
    for wrong in ("10.0.0.0/99", "https://x", "a b", "1.2.3", "-"):
        monkeypatch.setenv("MLPLAT_WEBHOOK_ALLOW", wrong)
        with pytest.raises(InvalidInputError, match="MLPLAT_WEBHOOK_ALLOW"):
            allowed_destinations()


def test_an_address_that_is_no_longer_allowed_gets_nothing(receiver: Receiver) -> None:
    assert send(delivery(receiver.url("200")), LOOPBACK).is_delivered
    refused = send(delivery(receiver.url("200")), NOWHERE_ELSE)
    assert (refused.is_delivered, refused.is_worth_another) == (False, True)
    assert refused.fault is not None
    assert "non-public" in refused.fault
    assert not send(delivery(receiver.url("200")), LOOPBACK, before=0.0).is_delivered
    assert len(receiver.received) == 1


def test_which_answers_are_worth_another_attempt(receiver: Receiver) -> None:
    found = {status: send(delivery(receiver.url(status)), LOOPBACK) for status in ("204", "404", "410", "429", "503")}
    assert [status for status, outcome in found.items() if outcome.is_delivered] == ["204"]
    assert [status for status, outcome in found.items() if outcome.is_worth_another] == ["429", "503"]


def test_an_answer_that_never_ends_is_cut(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "WHOLE_SECONDS", sender.CONNECT_SECONDS + 0.3)
    outcome = send(delivery(receiver.url("drip")), LOOPBACK)
    assert not outcome.is_delivered
    assert outcome.is_worth_another


def test_delays_grow_and_end() -> None:
    delays = [retry_delay(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert all(later > earlier * 1.2 for earlier, later in pairwise(delays))
    assert 3000 < sum(delays) < 6000
    assert retry_delay(1000) < 4400


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for `localhost` that only who is told trusts, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", made, "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([openssl, *words, *names], check=True, capture_output=True)
    return made, key


@pytest.fixture
def encrypted(certificate: tuple[Path, Path]) -> Iterator[int]:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_certificates_are_verified(
    encrypted: int, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = send(delivery(f"https://localhost:{encrypted}/"), LOOPBACK)
    assert unknown.fault is not None
    assert "the certificate is not valid" in unknown.fault
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert send(delivery(f"https://localhost:{encrypted}/"), LOOPBACK).is_delivered
    wrong_name = send(delivery(f"https://127.0.0.1:{encrypted}/"), LOOPBACK)
    assert wrong_name.fault is not None
    assert "the certificate is not valid" in wrong_name.fault
