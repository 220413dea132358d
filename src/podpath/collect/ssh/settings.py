"""How the hosts are asked, and the command line of ssh that does it."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from podpath.collect.files import InputError
from podpath.collect.ssh.host import Host
from podpath.state.visible import visible

_CHECKED: Final = {"yes": "yes", "true": "yes", "accept-new": "accept-new", "ask": "ask"}
_CHECKING: Final = "stricthostkeychecking"
# As ssh reads a line of ssh_config(5): blanks, one "=" or none, and a value that may stand in quotes.
_OPTION: Final = re.compile(r"\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(\S.*)", re.DOTALL)
_FIXED: Final = (
    "ForwardAgent=no", "ForwardX11=no", "ForwardX11Trusted=no", "ClearAllForwardings=yes", "Tunnel=no", "PermitLocalCommand=no",
    "GSSAPIDelegateCredentials=no", "RemoteCommand=none",
)  # fmt: skip
"""Options for people who log in, which podpath turns off; ssh uses the first value that it sees."""
_THEIRS: Final = frozenset(option.partition("=")[0].lower() for option in _FIXED) | {
    "localcommand", "localforward", "remoteforward", "dynamicforward", "nohostauthenticationforlocalhost", "knownhostscommand",
}  # fmt: skip
_NO_FILE: Final = frozenset(("userknownhostsfile", "globalknownhostsfile"))


class Way(NamedTuple):
    """How the shell of a node is reached where that is not by ssh.

    Attributes:
        words: the command line; the options of a host come behind it, then the program that is to run there.
        instead: the command that shows what could not be read so.
        shell: what runs there, and reads a script from standard input.
    """

    words: tuple[str, ...]
    instead: str
    shell: str = "sh -s"


class Settings(NamedTuple):
    """How hosts are asked.

    Attributes:
        user: user to log in as, where the host names none; none leaves it to ssh's configuration.
        sudo: run what is run there by sudo.
        options: options for ssh (``-o``).
        timeout: seconds that one node may take in all.
        silence: seconds that a node may say nothing.
        retries: further tries after a failure that may pass.
        jobs: nodes that are asked at the same time.
        ask: ssh may ask for a passphrase, or whether a host's key is right.
        largest: bytes that one node may print.
        way: how they are reached; None means by ssh.
    """

    user: str | None = None
    sudo: bool = False
    options: tuple[str, ...] = ()
    timeout: float = 120
    silence: float = 30
    retries: int = 1
    jobs: int = 64
    ask: bool = False
    largest: int = 64 * 1024 * 1024
    way: Way | None = None

    @property
    def program(self) -> str:
        """The program that reaches a host."""
        return self.way.words[0] if self.way is not None else "ssh"


def checked_options(options: Sequence[str]) -> tuple[str, ...]:
    """Return options for ssh, if they leave the check of host keys alone.

    Raises:
        InputError: one switches it off, or is no option.
    """
    return tuple(map(_checked, options))


def _checked(option: str) -> str:
    """Return an option as it is given to ssh: its name, a stroke, and its value.

    Raises:
        InputError: it is none, or one that ssh must not have here.
    """
    match = _OPTION.fullmatch(option)
    if match is None or not option.isprintable():
        raise InputError(f'--ssh-option: "{visible(option)}" is not NAME=VALUE, as in ssh_config(5)')
    name, value = match[1], match[2].strip()
    plain = value.strip('"').lower()
    if name.lower() in _THEIRS:
        raise InputError(f"--ssh-option: {name} is not allowed: podpath forwards nothing to nodes, and nodes start nothing here")
    if name.lower() == _CHECKING or (name.lower() in _NO_FILE and "/dev/null" in plain):
        if plain not in _CHECKED:
            raise InputError(
                "--ssh-option: host keys are always checked; StrictHostKeyChecking=accept-new accepts those of new hosts"
            )
        return f"StrictHostKeyChecking={_CHECKED[plain]}"
    return f"{name}={value}"


def command(host: Host, settings: Settings, program: str | None = None) -> list[str]:
    """Return the command line that reaches a host.

    With ssh the user's configuration holds, but nothing may prompt, and host keys are checked. The first value that ssh gets
    is the one that it uses (ssh_config(5)), so what comes first wins.

    Args:
        host: the host.
        settings: how it is asked.
        program: what runs there, and reads standard input; none means the shell.
    """
    if settings.way is not None:
        return [*settings.way.words, *host.options, "--", *(program or settings.way.shell).split()]
    program = program or "sh -s"
    words = ["ssh", "-T"]
    for option in (*_FIXED, *settings.options):
        words += ["-o", option]
    if not any(option.lower().startswith(_CHECKING) for option in settings.options):
        words += ["-o", f"StrictHostKeyChecking={'ask' if settings.ask else 'yes'}"]
    words += ["-o", f"BatchMode={'no' if settings.ask else 'yes'}"]
    user = host.user or settings.user
    if user is not None:
        words += ["-l", user]
    if host.port is not None:
        words += ["-p", str(host.port)]
    # One word for the login shell, whichever that is: all of them understand exec and blanks.
    shell = f"exec sudo -n -- {program}" if settings.sudo or host.sudo else f"exec {program}"
    # Words of an inventory (-A, -X) overrule options, and are overruled by what comes after them.
    return [*words, *host.options, "-a", "-x", "--", host.target, shell]
