"""A host to ask, and how people write one: ``n1``, ``root@n1:2222``, ``[fd00::1]:22``, ``ssh://root@n1``."""

import re
from typing import Final, NamedTuple

from podpath.collect.files import InputError
from podpath.state.address import Ip, parse_ip
from podpath.state.visible import visible

# Words of ssh's command line, and words that ssh's configuration may hand to a shell (ProxyCommand %h): nothing that a shell
# would understand, and nothing that looks like an option.
_HOST: Final = re.compile(r"[A-Za-z0-9_\[:][A-Za-z0-9_.:%\]-]*")
_USER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\\@+-]*\$?")
_PORTS: Final = range(1, 65536)


class Host(NamedTuple):
    """A host to ask.

    Attributes:
        name: what people call it, and the node in the snapshot.
        target: name or address that ssh is given.
        user: user to log in as; none leaves it to ssh's configuration.
        port: port of sshd, likewise.
        address: address that is stated for it.
        options: more words for ssh, before those of the command line.
        sudo: what is run there is run by sudo.
        other: who is asked where this one has no shell: another container on the same node.
    """

    name: str
    target: str
    user: str | None = None
    port: int | None = None
    address: Ip | None = None
    options: tuple[str, ...] = ()
    sudo: bool = False
    other: "Host | None" = None


def stated_address(text: str) -> Ip | None:
    """Return the address that a word is, or None if it is a name."""
    try:
        return parse_ip(text)
    except ValueError:
        return None


def check_user(user: str, where: str) -> None:
    """Refuse what is no name of a user.

    Raises:
        InputError: it is none; the message says where it stands.
    """
    if not _USER.fullmatch(user):
        raise InputError(f'{where}: "{visible(user)}" is not the name of a user')


def make_host(
    name: str,
    target: str,
    where: str,
    user: str | None = None,
    port: object = None,
    options: tuple[str, ...] = (),
    *,
    sudo: bool = False,
) -> Host:
    """Return a host whose words were looked at: none of them is an option or a shell's command.

    Args:
        name: what people call it.
        target: name or address that ssh is given.
        where: file and line, or option, for the complaint.
        user: user to log in as.
        port: port, as a number or its text.
        options: more words for ssh.
        sudo: what is run there is run by sudo.

    Raises:
        InputError: a word is none that ssh could use.
    """
    if not _HOST.fullmatch(target):
        raise InputError(f'{where}: "{visible(target)}" is not the name or address of a host')
    if user is not None:
        check_user(user, where)
    number = None
    if port is not None and port != "":
        if not str(port).isdecimal() or int(str(port)) not in _PORTS:
            raise InputError(f'{where}: "{visible(str(port))}" is not a port')
        number = int(str(port))
    return Host(visible(name), target, user, number, stated_address(target), options, sudo)


def spelled(host: Host) -> str:
    """Return a host as people write it, and as :func:`parse_host` reads it."""
    place = host.target
    if host.port is not None:
        place = f"[{place}]:{host.port}" if ":" in place else f"{place}:{host.port}"
    return f"{host.user}@{place}" if host.user else place


def parse_host(word: str, where: str) -> Host:
    """Return the host of one word.

    Raises:
        InputError: it is none.
    """
    rest = word.removeprefix("ssh://")
    user, at, place = rest.rpartition("@")
    place = place.rstrip("/") if rest != word else place
    if place.startswith("["):
        target, closed, tail = place[1:].partition("]")
        port = tail.removeprefix(":")
        if not closed or tail not in ("", f":{port}"):
            raise InputError(f'{where}: "{visible(word)}" is not a host: the bracket is not closed')
    elif place.count(":") == 1:
        target, _, port = place.partition(":")
    else:
        target, port = place, ""
    name = target if not port else f"{target}:{port}"
    return make_host(name, target, where, user if at else None, port)
