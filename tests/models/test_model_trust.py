"""Which pickles are loaded without being trusted: those that this user wrote into this very store."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import mlplat
from mlplat.exceptions import MlplatException
from mlplat.models.address import fetch
from mlplat.models.trust import Trust, ledger_folder
from tests.models.conftest import Bags

BAG = {"a": 1}


def test_what_this_user_logged_to_this_store_is_loaded(bags: Bags) -> None:
    with mlplat.start_run():
        info = bags.log(BAG, "bag")
    assert bags.load(info.model_uri) == BAG
    assert bags.load(bags.log(BAG).model_uri) == BAG


def test_what_was_saved_into_no_store_is_refused_until_it_is_trusted(bags: Bags, tmp_path: Path) -> None:
    bags.save(BAG, tmp_path / "saved")
    with pytest.raises(MlplatException, match=r"bag\.pkl is not loaded: it is a pickle.*trust=True"):
        bags.load(tmp_path / "saved")
    assert bags.load(tmp_path / "saved", trust=True) == BAG


def test_asking_whether_a_file_is_trusted_makes_no_store(bags: Bags, tmp_path: Path) -> None:
    bags.save(BAG, tmp_path / "saved")
    with pytest.raises(MlplatException, match="it is a pickle"):
        bags.load(tmp_path / "saved")
    assert not (tmp_path / ".mlplat").exists()


def test_bytes_that_were_changed_are_refused(bags: Bags, tmp_path: Path) -> None:
    folder = fetch(bags.log(BAG).model_uri, str(tmp_path / "copy"))
    assert bags.load(folder) == BAG
    with (Path(folder) / "bag.pkl").open("ab") as file:
        file.write(b".")
    with pytest.raises(MlplatException, match="it is a pickle"):
        bags.load(folder)


def test_a_file_that_is_changed_once_it_was_looked_at_is_read_as_it_was(bags: Bags, tmp_path: Path) -> None:
    path = Path(fetch(bags.log(BAG).model_uri, str(tmp_path / "copy"))) / "bag.pkl"
    before = path.read_bytes()
    with Trust().opened(str(path), "it is a pickle") as file:
        path.write_bytes(b"another's")
        assert file.read() == before
    with pytest.raises(MlplatException, match="it is a pickle"):
        Trust().opened(str(path), "it is a pickle")


def test_another_store_does_not_trust_them(bags: Bags, tmp_path: Path) -> None:
    folder = fetch(bags.log(BAG).model_uri, str(tmp_path / "copy"))
    mlplat.set_tracking_uri(tmp_path / "other")
    with pytest.raises(MlplatException, match="it is a pickle"):
        bags.load(folder)


def test_a_copied_store_with_its_ledger_brings_no_trust(
    bags: Bags, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = bags.log(BAG).model_uri
    folder = fetch(uri, str(tmp_path / "copy"))
    assert list(Path(ledger_folder()).iterdir())
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another user"))
    with pytest.raises(MlplatException, match="it is a pickle"):
        bags.load(folder)
    shutil.rmtree(tmp_path / "state")
    bags.log({"b": 2})  # this user has a key now
    with pytest.raises(MlplatException, match="it is a pickle"):
        bags.load(folder)


def test_a_key_that_others_may_write_is_none(bags: Bags, tmp_path: Path) -> None:
    folder = fetch(bags.log(BAG).model_uri, str(tmp_path / "copy"))
    (tmp_path / "state" / "mlplat" / "key").chmod(0o666)
    assert not Trust().allows(str(Path(folder) / "bag.pkl"))


def test_the_ledger_is_nothing_that_a_model_may_bring(bags: Bags, tmp_path: Path) -> None:
    bags.save(BAG, tmp_path / "saved")
    bags.log({"b": 2})
    shutil.copytree(ledger_folder(), tmp_path / "saved" / "written")
    with pytest.raises(MlplatException, match="it is a pickle"):
        bags.load(tmp_path / "saved")
