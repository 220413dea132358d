"""``podpath trace --live --ssh``: the packets of a trace, sent and watched on the nodes that were asked over ssh."""

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from podpath.api.errors import UserError
from podpath.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from podpath.cli.ssh import Remote
    from podpath.collect.ssh.conversation import Conversation
    from podpath.collect.ssh.settings import Settings
    from podpath.probe.fleet import Part
    from podpath.probe.node import PathNamespace
    from podpath.probe.run import Plan
    from podpath.probe.sender import Target
    from podpath.snapshot.store import Store
    from podpath.state.live import Lower
    from podpath.state.trace import Trace


def proven_on_nodes(trace: "Trace", store: "Store", remote: "Remote", target: "Target", plan: "Plan") -> "Trace":
    """Return a trace with what was seen of its packets on the nodes.

    Raises:
        UserError: the node of the sender does not take part.
    """
    from podpath.cli.drop_meanings import meanings
    from podpath.probe.assess import assess, chosen, located, ports
    from podpath.probe.fleet import observe_nodes
    from podpath.probe.node import NodeError

    sent = trace.sent
    assert sent is not None  # noqa: S101 - the caller looked
    try:
        parts = _parts(trace, store, remote)
        sight = observe_nodes(parts, (sent.node, sent.netns), sent.proto, target, plan, ports(trace))
    except NodeError as error:
        raise UserError(f"--live: {error}") from None
    observed = sight.observed._replace(lower=(*sight.observed.lower, *_unasked(trace, parts)))
    trace = chosen(located(trace, sight.inodes), observed)
    return trace._replace(live=assess(trace, observed, meanings(trace)))


def _unasked(trace: "Trace", parts: "Sequence[Part]") -> "Iterator[Lower]":
    """Yield why nobody looked on nodes that the path leads through and ``--ssh`` does not name."""
    from podpath.state.live import Lower, Rung

    asked = {part.name for part in parts}
    legs = [trace.forward, *([trace.reply] if trace.reply is not None else [])]
    for node in dict.fromkeys(hop.node for leg in legs for branch in leg.branches for hop in branch.hops):
        if node not in asked:
            yield Lower(Rung.TRACEPOINTS, tr("{node}: it is none of the hosts of --ssh", node=node))


def _parts(trace: "Trace", store: "Store", remote: "Remote") -> "list[Part]":
    """Return the nodes that the path leads through, with the command that reaches each, and their namespaces."""
    from podpath.collect.ssh.hosts import read_hosts
    from podpath.collect.ssh.settings import command
    from podpath.probe.agent_text import COMMAND
    from podpath.probe.fleet import Part

    hosts = {host.name: host for host in read_hosts(remote.words)}
    wanted: dict[str, dict[str, int | None]] = {}
    if trace.sent is not None:
        wanted.setdefault(trace.sent.node, {})[trace.sent.netns] = trace.sent.inode
    legs = [trace.forward, *([trace.reply] if trace.reply is not None else [])]
    for hop in (hop for leg in legs for branch in leg.branches for hop in branch.hops):
        wanted.setdefault(hop.node, {})[hop.netns] = hop.inode
    return [
        Part(
            node,
            partial(_opened, command(hosts[node], remote.settings, COMMAND), remote.settings),
            tuple(_space(store, node, label, inode) for label, inode in spaces.items()),
        )
        for node, spaces in wanted.items()
        if node in hosts
    ]


def _opened(words: "Sequence[str]", settings: "Settings") -> "AbstractContextManager[Conversation]":
    from podpath.collect.ssh.conversation import Conversation

    return closing(Conversation(words, ask=settings.ask, largest=settings.largest))


def _space(store: "Store", node: str, label: str, inode: int | None) -> "PathNamespace":
    """Return what leads to a namespace of a node: its name there, and the processes in it."""
    from podpath.probe.node import PathNamespace

    kind, _, name = label.partition(":")
    paths = {"": ["/proc/1/ns/net", "/proc/self/ns/net"], "netns": [f"/run/netns/{name}", f"/var/run/netns/{name}"]}.get(kind, [])
    pids = [name] if kind == "pid" and name.isdecimal() else []
    if kind in {"container", "pod"}:
        rows = store.raw(
            "SELECT pid FROM netns_holder h JOIN netns s USING (ns) JOIN node d USING (node)"
            " WHERE d.name = $1 AND s.kind = $2 AND s.name = $3 AND h.kind = 'process'"
            " UNION SELECT pid FROM container c JOIN netns s USING (ns) JOIN node d USING (node)"
            " WHERE d.name = $1 AND c.name = $3",
            [node, kind, name],
        )
        pids += [str(pid) for (pid,) in rows if pid]
    return PathNamespace(label, inode, (*paths, *(f"/proc/{pid}/ns/net" for pid in pids)))
