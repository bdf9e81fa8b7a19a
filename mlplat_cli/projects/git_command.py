"""git, through GitPython, made safe. In: arguments and a Remote. Out: what git said, or one clear line why it failed.

Secrets go to git by its environment and a helper that reads it: never by its arguments, where `ps` shows them, and
never by its configuration files. Transports that can execute commands are switched off in git itself as well.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mlplat_cli.errors import FetchError, ToolMissingError
from mlplat_cli.process.progress import Progress
from mlplat_cli.projects.address import Credentials, redacted
from mlplat_cli.projects.source import Source

# What a git hook or an alias leaves in the environment and would point git at another repository.
_INHERITED = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CONFIG_PARAMETERS",
)  # fmt: skip
_HELPER = (
    "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n'"
    ' "$MLPLAT_GIT_USERNAME" "$MLPLAT_GIT_PASSWORD"; }; f'
)
_PERCENT = re.compile(r"(\w[\w ]+):\s+(\d+)%")
_FAULTS = (
    (r"authentication failed|could not read (?:username|password)|permission denied \(|\b40[13]\b|access denied",
     "access is denied", "check that the repository's name is right and that you may read it (token, ssh key)"),
    (r"host key verification failed", "the host's ssh key is not known", "connect once with ssh and accept the key"),
    (r"could not resolve|couldn't resolve|connection (?:refused|timed out|reset)|network is unreachable|"
     r"failed to connect|unable to connect|no route to host|couldn't connect|timed out",
     "the host cannot be reached", "check the host's name and the network; a full commit that was fetched before"
     " (-v COMMIT) needs none"),
    (r"certificate", "the host's certificate is not trusted", "set GIT_SSL_CAINFO to the certificates of your network"),
    (r"repository .*not found|does not exist|does not appear to be a git repository|not found|no such file",
     "there is no such repository", "check the address; a private repository needs a token or an ssh key"),
    (r"dubious ownership", "the repository belongs to another user", "git config --global --add safe.directory PATH"),
    (r"transport '.*' not allowed", "its transport is refused", "use https, ssh, git or file"),
    (r"no space left", "the disk is full", "free some space"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GitResult:
    """What a git command said; `status` is its exit code."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository elsewhere: its address without credentials, and they."""

    address: str
    credentials: Credentials | None = None

    @property
    def is_local(self) -> bool:
        """True when it lies on this machine, so that it may have submodules that do."""
        return self.address.startswith("file://")

    @classmethod
    def of(cls, source: Source) -> Remote:
        """Return where a git source comes from."""
        return cls(source.address, source.credentials)

    def environment(self, *settings: tuple[str, str]) -> dict[str, str]:
        """Return the variables with which git reaches this repository and no other transport, under more settings."""
        transports = "https:ssh:git" + (":file" if self.is_local else "")
        variables = {"GIT_ALLOW_PROTOCOL": transports}
        pairs = list(settings)
        if self.credentials is not None:
            parts = urlsplit(self.address)
            scope = f"credential.{parts.scheme}://{parts.netloc}"
            if self.credentials.password is None:
                pairs.append((f"{scope}.username", self.credentials.username))
            else:
                # An empty helper drops the user's own, which might write the secret to a file.
                pairs += [(f"{scope}.helper", ""), (f"{scope}.helper", _HELPER)]
                variables["MLPLAT_GIT_USERNAME"] = self.credentials.username
                variables["MLPLAT_GIT_PASSWORD"] = self.credentials.password
        return variables | config_variables(pairs)


LOCAL = Remote("file:///")
"""For commands that reach only what this tool has put on the disk itself."""


def config_variables(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return git's own variables for settings that hold for one command; hooks are always off."""
    settings = [("core.hooksPath", os.devnull), ("advice.detachedHead", "false"), ("gc.autoDetach", "false"), *pairs]
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    variables = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings, first):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables


def git(
    args: Sequence[str],
    *,
    cwd: Path,
    remote: Remote = LOCAL,
    env: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> GitResult:
    """Run a git command to its end; the exit code is for the caller to judge.

    Args:
        env: variables beside those of the remote.
        progress: told how far git is; the command must have been given `--progress`.

    Raises:
        ToolMissingError: git is not installed.
    """
    if shutil.which("git") is None:
        raise ToolMissingError("git is not installed; it fetches projects", hint="install git, or give a local folder")
    from git.cmd import Git

    unset = [option for name in _INHERITED if name in os.environ for option in ("-u", name)]
    command = [*(["env", *unset] if unset else []), "git", *args]
    variables = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", **remote.environment(), **(env or {})}
    client = Git(cwd)
    if progress is not None:
        return _watched(client, command, variables, progress)
    status, out, err = client.execute(command, env=variables, with_extended_output=True, with_exceptions=False)
    return GitResult(status, _text(out), _text(err))


def _watched(client: object, command: list[str], variables: dict[str, str], progress: Progress) -> GitResult:
    """Run a command whose standard output is short, handing its progress on."""
    from git.cmd import Git
    from git.exc import GitCommandError

    assert isinstance(client, Git)
    process = client.execute(command, env=variables, as_process=True, universal_newlines=True)
    lines: list[str] = []
    assert isinstance(process, Git.AutoInterrupt)
    for line in process.stderr or ():
        match = _PERCENT.search(line)
        if match:
            progress.update(match[1].lower(), int(match[2]) / 100)
        else:
            lines.append(line)
    out = process.stdout.read() if process.stdout is not None else ""
    try:
        status = process.wait()
    except GitCommandError as error:
        status = error.status if isinstance(error.status, int) else 1
    return GitResult(status, _text(out), "".join(lines))


def _text(output: object) -> str:
    return output.decode("utf-8", "replace") if isinstance(output, bytes) else str(output or "")


def checked(result: GitResult, remote: Remote, doing: str) -> GitResult:
    """Return the result of a command that succeeded.

    Raises:
        FetchError: it failed; one line that names the cause, without secrets.
    """
    if result.status == 0:
        return result
    shown = redacted(remote.address, remote.credentials)
    for pattern, cause, hint in _FAULTS:
        if re.search(pattern, result.stderr, re.IGNORECASE):
            raise FetchError(f"cannot {doing} {shown}: {cause}", hint=hint)
    lines = [line.strip() for line in result.stderr.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["git gave no reason"]
    reason = fatal[-1].removeprefix("fatal: ").removeprefix("error: ")
    raise FetchError(f"cannot {doing} {shown}: {redacted(reason, remote.credentials)}")
