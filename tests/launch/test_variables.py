from __future__ import annotations

from pathlib import Path

from mlplat_cli.launch.variables import Connection, child_variables
from mlplat_cli.settings.address import StoreAddress

SECRET = "secret"  # noqa: S105 - made up for the test
CONNECTION = Connection("http://127.0.0.1:5", SECRET, StoreAddress(Path("/s/.mlplat"), "sqlite:////s/.mlplat/m.db"))


def variables(**inherited: str) -> dict[str, str]:
    return child_variables(
        run_id="r1",
        experiment_id="7",
        experiment_name="seven",
        connection=CONNECTION,
        environment={"PATH": "/env/bin:/bin", "VIRTUAL_ENV": "/env"},
        library=Path("/lib/mlplat-only"),
        inherited=inherited,
    )


def test_both_families_name_the_run_and_the_store() -> None:
    made = variables()
    for prefix in ("MLFLOW", "MLPLAT"):
        assert made[f"{prefix}_RUN_ID"] == "r1"
        assert made[f"{prefix}_EXPERIMENT_ID"] == "7"
        assert made[f"{prefix}_TRACKING_URI"] == "http://127.0.0.1:5"
        assert made[f"{prefix}_TRACKING_TOKEN"] == SECRET
    assert made["MLPLAT_JOURNAL_DIR"] == "/s/.mlplat/journals"


def test_the_users_own_credentials_and_addresses_are_not_used_for_the_local_store() -> None:
    made = variables(
        MLFLOW_TRACKING_URI="https://team", MLFLOW_TRACKING_USERNAME="me", MLFLOW_REGISTRY_URI="https://reg", KEPT="yes"
    )
    assert made["MLFLOW_TRACKING_USERNAME"] == "mlplat"
    assert made["MLFLOW_TRACKING_PASSWORD"] == SECRET
    assert "MLFLOW_REGISTRY_URI" not in made
    assert made["KEPT"] == "yes"


def test_a_proxy_is_not_asked_for_the_loopback_address() -> None:
    assert variables(HTTP_PROXY="http://proxy", NO_PROXY="corp")["NO_PROXY"] == "127.0.0.1,localhost,corp"


def test_the_library_comes_first_on_the_path_and_the_users_path_stays() -> None:
    assert variables(PYTHONPATH="/mine")["PYTHONPATH"] == "/lib/mlplat-only:/mine"


def test_the_environment_wins_over_what_is_inherited() -> None:
    made = variables(PATH="/usr/bin", PYTHONHOME="/tool")
    assert made["PATH"] == "/env/bin:/bin"
    assert "PYTHONHOME" not in made
