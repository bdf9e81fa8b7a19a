from __future__ import annotations

import json
import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mlplat
from mlplat.journal import DamagedJournalError, encode, line, read_lines
from mlplat_cli.entities import JournalHeader, MetricRecord, ParamRecord, Record, RunRecord, TagRecord

from .conftest import Store, decoded

TEXT = st.text(st.characters(codec=None, categories=None))
KEY = st.text("abcXYZ019_-. :äß漢é", min_size=1, max_size=250).filter(lambda key: key != "." and key[:2] != "..")


def one(content: bytes) -> Record:
    assert content.endswith(b"\n")
    return msgspec.json.decode(content[9:-1], type=Record)


@given(KEY, st.floats(), st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**63 - 1))
def test_any_metric_is_decoded_as_it_was_logged(key: str, value: float, step: int, timestamp: int) -> None:
    from mlplat.values import _metric_line

    record = one(_metric_line(key, value, step, timestamp, "]"))
    assert isinstance(record, MetricRecord)
    assert (record.key, record.step, record.timestamp) == (key, step, timestamp)
    read = float(record.value)
    assert read == value or (math.isnan(read) and math.isnan(value))
    assert isinstance(record.value, str) is not math.isfinite(value)


@given(KEY, TEXT)
def test_any_text_can_be_logged_and_decoded(key: str, value: str) -> None:
    record = one(encode(("p", key, value, 5)))
    assert isinstance(record, ParamRecord)
    assert record.key == key
    assert record.value == "".join(f"\\u{ord(each):04x}" if 0xD800 <= ord(each) < 0xE000 else each for each in value)


@given(st.lists(st.dictionaries(TEXT, TEXT, max_size=3), max_size=20), st.integers(0, 30))
def test_reading_resumes_at_any_record(tmp_path_factory: pytest.TempPathFactory, tags: list, torn: int) -> None:
    path = tmp_path_factory.mktemp("journals") / "a.jsonl"
    lines = [encode(("run", None, None, None, None, 1, each)) for each in tags]
    path.write_bytes(b"".join(lines) + encode(("t", "last", "x" * 30))[:torn])
    found = list(read_lines(path))
    assert [payload for payload, _ in found] == [each[9:-1] for each in lines]
    for _, offset in found:
        assert list(read_lines(path, offset)) == [each for each in found if each[1] > offset]


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_a_flipped_bit_is_found_at_its_record(tmp_path_factory: pytest.TempPathFactory, where: int, bit: int) -> None:
    lines = [encode(("t", f"key{number}", "väl")) for number in range(5)]
    content = bytearray(b"".join(lines))
    where %= len(content) - 1  # the last line feed decides whether the last record is torn
    content[where] ^= 1 << bit
    path = tmp_path_factory.mktemp("journals") / "a.jsonl"
    path.write_bytes(content)
    good = where // len(lines[0])
    found = []
    with pytest.raises(DamagedJournalError) as caught:  # noqa: PT012 - what was read before counts
        for payload, _ in read_lines(path):
            found.append(payload)
    assert found == [each[9:-1] for each in lines[:good]]
    assert caught.value.offset == good * len(lines[0])
    assert str(path) in str(caught.value)


def test_reading_crosses_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlplat.journal.BLOCK_BYTES", 7)
    path = tmp_path / "a.jsonl"
    path.write_bytes(line(b'["t","a","b"]') * 10)
    assert [payload for payload, _ in read_lines(path)] == [b'["t","a","b"]'] * 10


def test_a_journal_begins_with_header_and_run(store: Store) -> None:
    with mlplat.start_run(run_name="first", tags={"team": "a"}) as run:
        [path] = store.files(run.info.run_id)
        header, begun = decoded(path)
    assert isinstance(header, JournalHeader)
    assert (header.version, header.run_id) == (1, run.info.run_id)
    assert path.stem.startswith(f"{header.host}-{header.pid}-")
    assert isinstance(begun, RunRecord)
    assert (begun.run_name, begun.experiment_id, begun.resumed, begun.joins) == ("first", "0", False, False)
    assert begun.tags["team"] == "a"


def test_every_record_has_the_shape_that_the_format_documents(store: Store) -> None:
    with mlplat.start_run():
        mlplat.log_metric("m", 1)
        mlplat.log_param("p", 1)
        mlplat.set_tag("t", 1)
        mlplat.delete_tag("t")
        mlplat.log_text("x", "x.txt")
    payloads = [json.loads(payload) for payload, _ in read_lines(store.files()[0])]
    assert [payload[0] for payload in payloads] == ["journal", "run", "m", "p", "t", "dt", "a", "end"]
    assert store.of(TagRecord) == [TagRecord("t", "1")]
