"""``podpath trace --live``: real packets for a trace, and what was seen of them."""

import argparse
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.cli.arguments import add_ssh
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.collect.node.directory import Directory
    from podpath.netlink.namespace import Visitor
    from podpath.probe.run import Inside, Place
    from podpath.snapshot.store import Store
    from podpath.state.trace import Sent, Trace

_MOST: Final = 100
_UNANSWERED: Final = 4.0
"""Seconds to wait where a next hop may not answer: the kernel asks three times, a second apart."""
_WAIT: Final = 1.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``--live``."""
    group = parser.add_argument_group("real packets (docs/live.md)")
    group.add_argument(
        "--live",
        action="store_true",
        help="send real packets from SRC, see them pass each hop, and hold that against the prediction",
    )
    group.add_argument("--count", type=_number, default=3, metavar="N", help="number of packets (default: 3)")
    group.add_argument("--interval", type=_time, default=0.02, metavar="S", help="seconds between them (default: 0.02)")
    group.add_argument(
        "--wait",
        type=_time,
        metavar="S",
        help="seconds to wait for answers (default: 1, or 4 if a next hop may not answer)",
    )


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _MOST:
        raise argparse.ArgumentTypeError(tr("{text} is not a number of packets: use 1 to {most}", text=text, most=_MOST))
    return int(text)


def _time(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 60:  # noqa: PLR2004 - a minute
        raise argparse.ArgumentTypeError(tr("{text} is not a time in seconds: use 0 to 60", text=text))
    return seconds


def check_options(options: argparse.Namespace) -> None:
    """Refuse what does not go with ``--live``.

    Raises:
        UserError: the packets would not be those of the trace.
    """
    if not options.live:
        return
    if options.snapshots:
        raise UserError(tr("--live sends packets now: it needs this node as it is, without SNAPSHOTs"))
    if options.what_if or options.assume or options.all_pairs or options.to_edge:
        raise UserError(
            tr("--live sends one pair's packets through what is there: omit --what-if, --assume, --all-pairs, --to-edge")
        )
    if any(part.strip() == "@-" for word in options.ssh for part in word.split(",")):
        raise UserError(
            tr("--live asks the hosts more than once, and standard input can be read once: write them into a file, --ssh @FILE")
        )
    if options.proto == "sctp":
        raise UserError(tr("--live sends icmp, tcp and udp; it has no sctp"))


def packets() -> argparse.Namespace:
    """Return the options of a trace whose packets are sent on this node with the defaults."""
    parser = argparse.ArgumentParser()
    add_options(parser)
    add_ssh(parser)
    parser.set_defaults(source_port=None, size=None, dont_fragment=False)
    return parser.parse_args([])


def proven(trace: "Trace", store: "Store", options: argparse.Namespace) -> "Trace":
    """Return a trace with what was seen of its packets.

    Raises:
        UserError: they cannot be sent from here.
    """
    from podpath.cli.drop_meanings import meanings
    from podpath.cli.ssh import remote_of
    from podpath.collect.node.directory import Directory
    from podpath.netlink.namespace import Visitor
    from podpath.probe.assess import assess, chosen, ports
    from podpath.probe.path_mtu import path_mtu
    from podpath.probe.run import Inside, Plan, observe
    from podpath.probe.sender import Target
    from podpath.state.trace import Verdict

    sent = trace.sent
    if sent is None:
        raise UserError(tr("--live sends from a namespace that was captured: {source} is none", source=trace.source))
    if sent.proto == "tcp" and options.size is not None:
        raise UserError(
            tr("--live opens TCP connections, whose first packet has no size to choose: omit --size, or use --proto udp")
        )
    may_wait = trace.verdict in {Verdict.UNREACHABLE, Verdict.UNKNOWN}
    wait = options.wait if options.wait is not None else _UNANSWERED if may_wait else _WAIT
    plan = Plan(options.count, options.interval, wait)
    target = Target(sent.destination, sent.port or 0, sent.source, options.source_port or 0, options.size, options.dont_fragment)
    remote = remote_of(options)
    if remote is not None:
        from podpath.cli.probe_nodes import proven_on_nodes

        return proven_on_nodes(trace, store, remote, target, plan)
    if sent.inode is None:
        raise UserError(tr("--live sends from a namespace of this node: {source} is none", source=trace.source))
    directory = Directory()
    descriptor = _open(directory, sent) if sent.inode != own_inode() else None
    try:
        with Visitor() as visitor, ExitStack() as stack:
            inside = Inside(visitor, descriptor)
            spaces = _spaces(trace, directory, visitor, stack)
            names = _Names(directory, store)
            observed = observe(sent.proto, target, inside, names, plan, ports(trace), spaces)
            whole = target.whole and target.size is not None and sent.proto != "tcp" and observed.results[0].error
            largest = path_mtu(sent.proto, target, inside) if whole else None
    except OSError as error:
        raise UserError(
            tr(
                "the namespace of {source} cannot be entered: {strerror}; run it as root",
                source=trace.source,
                strerror=error.strerror,
            )
        ) from None
    finally:
        if descriptor is not None:
            os.close(descriptor)
    trace = chosen(trace, observed)
    return trace._replace(live=assess(trace, observed, meanings(trace))._replace(path_mtu=largest))


def _open(directory: "Directory", sent: "Sent") -> int:
    try:
        descriptor = directory.open(sent.inode or 0)
    except PermissionError:
        raise UserError(tr("the namespace of the sender cannot be entered: permission denied; run it as root")) from None
    if descriptor is None:
        raise UserError(tr("the namespace of the sender is gone"))
    return descriptor


def _spaces(trace: "Trace", directory: "Directory", visitor: "Visitor", stack: ExitStack) -> dict[int, "Inside"]:
    """Return what does work in each namespace that the path leads through; those that may not be entered are left out."""
    from podpath.probe.run import Inside

    found: dict[int, Inside] = {}
    legs = [trace.forward, *([trace.reply] if trace.reply is not None else [])]
    for hop in (hop for leg in legs for branch in leg.branches for hop in branch.hops):
        if hop.inode is None or hop.inode in found:
            continue
        if hop.inode == own_inode():
            found[hop.inode] = Inside(visitor, None)
            continue
        with suppress(PermissionError):
            descriptor = directory.open(hop.inode)
            if descriptor is not None:
                stack.callback(os.close, descriptor)
                found[hop.inode] = Inside(visitor, descriptor)
    return found


def own_inode() -> int:
    """Return the number of the namespace that this process is in."""
    return Path("/proc/thread-self/ns/net").stat().st_ino


class _Names:
    """Names of places, as the trace has them: from the capture, and of what appeared later from the node itself."""

    def __init__(self, directory: "Directory", store: "Store") -> None:
        rows = store.raw(
            "SELECT s.inode, d.name, CASE WHEN s.kind = 'host' THEN '' ELSE s.kind || ':' || coalesce(s.name, '') END"
            " FROM netns s JOIN node d USING (node) WHERE s.inode IS NOT NULL"
        )
        self._known = {inode: (node, label) for inode, node, label in rows}
        self._directory = directory

    def where(self, inode: int, number: int) -> "Place":
        """Return the name of a namespace and of a device in it."""
        from podpath.probe.run import Place

        node, label = self._known.get(inode, (os.uname().nodename, "?"))
        return Place(node, label, self._directory.device(inode, number))
