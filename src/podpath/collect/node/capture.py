"""This node, live: every namespace, every container, without changing anything."""

import os
import resource
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Final, NamedTuple

from podpath.collect.node import files, modules, rulesets
from podpath.collect.node.inside import Inside, identifiers
from podpath.collect.node.names import Names
from podpath.collect.node.namespaces import Found, Namespace, find_namespaces, host_inode
from podpath.collect.node.parts import CommandOutput, Part, Place, Rows
from podpath.collect.node.tuns import tuns
from podpath.collect.runtimes.interface import Heard
from podpath.netlink import ethtool, tcx
from podpath.netlink.generic import NETLINK_GENERIC
from podpath.netlink.namespace import Visitor
from podpath.netlink.sock import Netlink
from podpath.state.evidence import Coverage
from podpath.state.host import Missing, NetnsName

_AT_ONCE: Final = 2
"""Number of namespaces that are read at once: while the kernel answers for one, Python decodes another."""
_AS_ROOT: Final = "sudo podpath collect -o FILE"
Runtimes = Callable[[], Iterable[Heard]]


class _Seen(NamedTuple):
    """A namespace that was looked at: its tables and its rulesets."""

    space: Namespace
    inside: Inside | None
    filters: list[rulesets.Found]
    problem: str


def capture(runtimes: Runtimes, pids: Iterable[int] | None = None) -> Iterator[Part]:
    """Read this node's whole network state.

    Args:
        runtimes: asks the container runtimes, while the kernel is asked.
        pids: processes to look at; none means all.

    Raises:
        OSError: there is no ``/proc``.
    """
    modules.forget()
    _allow_many_files()
    with (
        ThreadPoolExecutor(1, thread_name_prefix="podpath-runtimes") as executor,
        Visitor(_AT_ONCE) as visitor,
        ExitStack() as stack,
    ):
        asked = executor.submit(lambda: list(runtimes()))
        found = find_namespaces(pids)
        host = host_inode(found)
        seen = _look(found, host, visitor, stack)
        yield from _parts(found, host, seen, asked)


def _allow_many_files() -> None:
    """Allow as many descriptors as the administrator lets us have: one is open for each namespace."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _look(found: Found, host: int, visitor: Visitor, stack: ExitStack) -> list[_Seen]:
    """Look into every namespace, the node's own first."""
    own = os.stat("/proc/thread-self/ns/net").st_ino
    spaces = sorted(found.namespaces.values(), key=lambda space: (space.inode != host, space.inode))
    if host not in found.namespaces:
        spaces.insert(0, found.namespaces.setdefault(host, Namespace(host, [os.getpid()])))
    opened: dict[int, int] = {}
    vanished: set[int] = set()
    for space in spaces:
        with suppress(PermissionError):
            descriptor = space.open()
            if descriptor is None:
                vanished.add(space.inode)
                continue
            stack.callback(os.close, descriptor)
            opened[space.inode] = descriptor
    features, programs = _features(), _programs()
    owners = found.owners()

    def one(space: Namespace) -> _Seen:
        inside = Inside(owners, host=space.inode == host, features=features, programs=programs)

        def work() -> list[rulesets.Found]:
            inside.look(lambda wanted, socket: list(identifiers(wanted, socket, opened.items())))
            return list(rulesets.rulesets(host=space.inode == host))

        try:
            if space.inode not in opened and space.inode != own:
                return _Seen(space, None, [], "permission denied")
            return _Seen(space, inside, visitor.inside(None if space.inode == own else opened[space.inode], work), "")
        except OSError as error:
            return _Seen(space, None, [], error.strerror or str(error))

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="podpath-look") as executor:
        return list(executor.map(one, (space for space in spaces if space.inode not in vanished - {own})))


def _features() -> tuple[str, ...]:
    try:
        with Netlink(NETLINK_GENERIC) as socket:
            return ethtool.names(socket)
    except OSError:
        return ()


def _programs() -> bool:
    try:
        return tcx.any_program()
    except OSError:
        return True  # each device is asked, and what the kernel refuses is missing


def _parts(found: Found, host: int, seen: list[_Seen], asked: Future[list[Heard]]) -> Iterator[Part]:
    heard = asked.result()
    names = Names(found, (row for one in heard for row in one.rows), host)
    places = {one.space.inode: names.place(one.space) for one in seen}
    node = places[host]
    yield Rows(node, files.facts())
    yield from _of_runtimes(node, heard)
    if found.hidden:
        pid, more = found.hidden[0], len(found.hidden) - 1
        also = f" and {more} more" if more else ""
        command = _AS_ROOT if os.geteuid() else f"readlink /proc/{pid}/ns/net"
        yield Rows(node, [Missing(f"the network namespace of process {pid}{also} (permission denied)", command, "netns")])
    for one in seen:
        yield from _of_namespace(one, places)
    for held in tuns(found.tuns):
        if isinstance(held, Missing):
            yield Rows(node, [held])
        elif held[0] in places:
            yield Rows(places[held[0]], [held[1]])
    yield from files.configuration(node)


def _of_runtimes(node: Place, heard: list[Heard]) -> Iterator[Part]:
    for one in heard:
        yield Rows(node, one.rows, one.coverage)
        yield Rows(node, one.unknowns)


def _of_namespace(one: _Seen, places: dict[int, Place]) -> Iterator[Part]:
    place = places[one.space.inode]
    name = one.space.netns_name()
    yield Rows(place, [*one.space.holders(), *([NetnsName(name)] if name else [])])
    if one.inside is None:
        yield Rows(place, [Missing(f"all that is inside this namespace ({one.problem})", _AS_ROOT, "netns")])
        return
    for rows in one.inside.rows:
        yield Rows(place, rows)
    yield Rows(place, (), tuple(one.inside.coverage))
    for item in one.filters:
        if isinstance(item, rulesets.Printed):
            yield CommandOutput(place, *item)
        elif isinstance(item, Coverage):
            yield Rows(place, (), (item,))
        else:
            yield Rows(place, [item])
    resolver = files.resolver(place, one.space.pids[0]) if one.space.pids else None
    if resolver is not None:
        yield resolver
