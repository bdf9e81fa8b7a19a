import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.environments.credentials import with_credentials, without_credentials
from mlplat_cli.environments.indexes import RESOLUTION_VARIABLES, index_settings, pip_settings
from tests.environments.conftest import write


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in (
        *RESOLUTION_VARIABLES,
        "PIP_CERT",
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)


def test_pips_variables_become_uvs(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://host/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://one/simple https://two/simple")
    monkeypatch.setenv("PIP_CERT", "/ca.pem")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "one two")
    monkeypatch.setenv("PIP_NO_INDEX", "true")
    settings = index_settings()
    expected = {
        "UV_DEFAULT_INDEX": "https://host/simple",
        "UV_INDEX": "https://one/simple https://two/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INSECURE_HOST": "one two",
        "SSL_CERT_FILE": "/ca.pem",
    }
    assert expected.items() <= settings.environment.items()
    assert settings.resolve == ("--no-index",)


def test_pips_files_are_read_and_its_variables_win(monkeypatch, tmp_path):
    file = write(tmp_path, pip__conf="[global]\nindex-url = https://file/simple\n[install]\nfind_links =\n  /a\n  /b\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file / "pip.conf"))
    assert pip_settings()["index-url"] == ["https://file/simple"]
    assert index_settings().environment["UV_FIND_LINKS"] == "/a,/b"
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable/simple")
    assert pip_settings()["index-url"] == ["https://variable/simple"]


def test_uvs_own_variables_win_over_pips_and_the_projects_lines_over_both(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip/simple")
    monkeypatch.setenv("UV_INDEX_URL", "https://uv/simple")
    assert "UV_DEFAULT_INDEX" not in index_settings().environment
    settings = index_settings(["six", "--index-url https://project/simple", "--pre", "--no-binary :all:"])
    assert settings.environment["UV_DEFAULT_INDEX"] == "https://project/simple"
    assert "UV_INDEX_URL" not in settings.environment
    assert settings.resolve == ("--prerelease=allow", "--no-binary=:all:")
    assert settings.install == ("--no-binary=:all:",)


def test_the_key_follows_the_index_and_not_the_password(monkeypatch):
    keys = []
    for url in (
        "https://host/simple",
        "https://me:one@host/simple",
        "https://me:two@host/simple",
        "https://other/simple",
    ):
        monkeypatch.setenv("PIP_INDEX_URL", url)
        keys.append(index_settings().key)
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_credentials_are_removed_and_put_back():
    line = "x @ git+https://me:t0ken@host/x.git@main#egg=x"
    assert without_credentials(line) == "x @ git+https://host/x.git@main#egg=x"
    lock = 'vcs = { type = "git", url = "https://host/x.git", commit-id = "abc" }'
    assert with_credentials(lock, [line]) == lock.replace("host", "me:t0ken@host")
    assert with_credentials(lock, ["x @ git+https://host/x.git"]) == lock
    assert without_credentials("git+ssh://git@host/x.git") == "git+ssh://git@host/x.git"


@given(st.from_regex(r"[A-Za-z0-9:%._~!$&*+,=-]{1,20}", fullmatch=True))
def test_no_user_information_survives(secret):
    shown = without_credentials(f"error: https://{secret}@host/simple failed")
    assert shown == "error: https://host/simple failed"
