"""How the hosts are asked, and the command line of ssh that does it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from podpath.collect.files import InputError
from podpath.collect.printable import printable
from podpath.collect.ssh.host import Host

_UNCHECKED: Final = frozenset(("no", "off"))
_CHECKING: Final = "stricthostkeychecking"


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


def checked_options(options: Sequence[str]) -> tuple[str, ...]:
    """Return options for ssh, if they leave the check of host keys alone.

    Raises:
        InputError: one switches it off, or is no option.
    """
    for option in options:
        name, equals, value = option.replace(" ", "=", 1).partition("=")
        if not equals or not name.isalnum():
            raise InputError(f'--ssh-option: "{printable(option)}" is not NAME=VALUE, as in ssh_config(5)')
        if name.lower() == _CHECKING and value.strip().lower() in _UNCHECKED:
            raise InputError(
                "--ssh-option: host keys are always checked; StrictHostKeyChecking=accept-new takes those of hosts that are new"
            )
    return tuple(options)


def command(host: Host, settings: Settings) -> list[str]:
    """Return the command line of ssh: the user's configuration holds, but nothing may prompt, and host keys are checked.

    The first value that ssh gets is the one that it uses (ssh_config(5)), so what comes first wins.
    """
    words = ["ssh", "-T"]
    for option in settings.options:
        words += ["-o", option]
    if not any(option.lower().startswith(_CHECKING) for option in settings.options):
        words += ["-o", f"StrictHostKeyChecking={'ask' if settings.ask else 'yes'}"]
    words += ["-o", f"BatchMode={'no' if settings.ask else 'yes'}"]
    # What a configuration has for people who log in.
    words += ["-o", "ClearAllForwardings=yes", "-o", "RemoteCommand=none"]
    user = host.user or settings.user
    if user is not None:
        words += ["-l", user]
    if host.port is not None:
        words += ["-p", str(host.port)]
    # One word for the login shell, whichever that is: all of them understand exec and blanks.
    shell = "exec sudo -n -- sh -s" if settings.sudo or host.sudo else "exec sh -s"
    return [*words, *host.options, "--", host.target, shell]
