from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.errors import ParameterError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.projects.parameters import Resolved, parse_params, resolve
from mlplat_cli.projects.project import EntryPoint, Parameter, ParameterType


def entry_point(**parameters: Parameter | str) -> EntryPoint:
    made = {
        name: one if isinstance(one, Parameter) else Parameter(name, ParameterType(one))
        for name, one in parameters.items()
    }
    return EntryPoint("main", "x", made)


def settle(one: EntryPoint, given: dict[str, str], tmp_path: Path = Path("/"), *, download: bool = True) -> Resolved:
    return resolve(
        one,
        given,
        storage_dir=tmp_path / "storage",
        project_dir=tmp_path / "project",
        caller_dir=tmp_path / "caller",
        progress=SilentProgress(),
        download=download,
    )


def test_words_are_split_at_the_first_equals_sign() -> None:
    assert parse_params(["a=1", "b=x=y", "c=", "d= spaced "]) == {"a": "1", "b": "x=y", "c": "", "d": " spaced "}


@pytest.mark.parametrize("words", [["a"], ["=1"], [""], ["a=1", "a=2"]])
def test_words_that_are_refused(words: list[str]) -> None:
    with pytest.raises(ParameterError):
        parse_params(words)


@given(st.text(min_size=1).filter(lambda name: "=" not in name), st.text())
def test_any_value_survives(name: str, value: str) -> None:
    assert parse_params([f"{name}={value}"]) == {name: value}


def test_defaults_extras_and_order() -> None:
    resolved = settle(entry_point(b="float", a=Parameter("a", default="it's")), {"z": "9", "b": "1", "y": "'quoted'"})
    assert list(resolved.values.items()) == [("b", "1"), ("a", "it's"), ("z", "9"), ("y", "'quoted'")]
    assert resolved.command_values == {"b": "1", "a": "it's"}
    assert resolved.extras == {"z": "9", "y": "'quoted'"}


def test_all_missing_parameters_are_named() -> None:
    with pytest.raises(ParameterError, match="parameters 'a', 'c'") as raised:
        settle(entry_point(a="string", b=Parameter("b", default=""), c="float"), {})
    assert raised.value.hint == "-P a=… -P c=…"


def test_a_slip_in_a_name_is_seen() -> None:
    with pytest.raises(ParameterError) as raised:
        settle(entry_point(learning_rate="float"), {"learning_rte": "1"})
    assert raised.value.hint == "'learning_rte' was given: did you mean 'learning_rate'?"


@pytest.mark.parametrize("value", ["1", "-0.5", "1e-3", "inf", "nan", ".5", "1_000", "+2"])
def test_floats(value: str) -> None:
    assert settle(entry_point(a="float"), {"a": value}).values["a"] == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("float", "abc"), ("float", ""), ("float", "1,5"), ("float", "0x10"),
        ("int", "3.0"), ("int", "1e3"), ("int", ""), ("int", "three"), ("int", "1_000"), ("int", "3\n"),
        ("uri", "data.csv"), ("uri", "/data"), ("uri", ""),
    ],
)  # fmt: skip
def test_values_that_do_not_fit(kind: str, value: str) -> None:
    with pytest.raises(ParameterError, match="'a'"):
        settle(entry_point(a=kind), {"a": value})


@pytest.mark.parametrize(
    ("kind", "value"), [("int", "-3"), ("int", "+12"), ("uri", "s3://b/k"), ("uri", "file:///x"), ("string", "")]
)
def test_values_that_fit(kind: str, value: str) -> None:
    assert settle(entry_point(a=kind), {"a": value}).values["a"] == value


def test_a_null_character_is_refused() -> None:
    with pytest.raises(ParameterError):
        settle(entry_point(a="string"), {"a": "x\0y"})


@pytest.fixture
def places(tmp_path: Path) -> Path:
    for folder in ("caller", "project"):
        (tmp_path / folder).mkdir()
    return tmp_path


def test_a_given_path_is_the_callers_and_a_default_the_projects(places: Path) -> None:
    for folder in ("caller", "project"):
        (places / folder / "x.csv").write_text("")
    one = entry_point(a="path", b=Parameter("b", ParameterType.PATH, "x.csv"))
    resolved = settle(one, {"a": "x.csv"}, places)
    assert resolved.command_values == {"a": str(places / "caller/x.csv"), "b": str(places / "project/x.csv")}
    assert resolved.values == {"a": "x.csv", "b": "x.csv"}


def test_a_path_is_found_in_the_other_place(places: Path) -> None:
    (places / "project" / "x.csv").write_text("")
    assert settle(entry_point(a="path"), {"a": "x.csv"}, places).command_values["a"] == str(places / "project/x.csv")


@pytest.mark.parametrize("value", ["x.csv", "~nobody/x", "", "x" * 5000])
def test_a_path_that_does_not_exist(places: Path, value: str) -> None:
    with pytest.raises(ParameterError, match="of parameter 'a' does not exist"):
        settle(entry_point(a="path"), {"a": value}, places)


def test_a_file_address_is_used_in_place(places: Path) -> None:
    target = places / "with space.csv"
    target.write_text("")
    address = f"file://{str(target).replace(' ', '%20')}"
    resolved = settle(entry_point(a="path"), {"a": address}, places)
    assert resolved.command_values["a"] == str(target)
    assert resolved.values["a"] == address


def test_addresses_that_cannot_be_downloaded_are_named(places: Path) -> None:
    with pytest.raises(ParameterError, match="s3: addresses"):
        settle(entry_point(a="path"), {"a": "s3://bucket/key"}, places)


def test_a_plan_downloads_nothing(places: Path) -> None:
    resolved = settle(entry_point(a="path"), {"a": "https://nowhere.invalid/x.csv"}, places, download=False)
    assert resolved.command_values["a"] == "https://nowhere.invalid/x.csv"
    assert not (places / "storage").exists()
