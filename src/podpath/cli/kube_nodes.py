"""The nodes of a cluster: asked through pods of their network (tier 1), or through pods that are made for it (tier 2)."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from podpath.api.errors import UserError
from podpath.cli.endings import tell, told_by_exceptions
from podpath.cli.kube_options import Collector, Kube
from podpath.state.visible import visible

if TYPE_CHECKING:
    from podpath.collect.kube.agents import Agent
    from podpath.collect.ssh.host import Host
    from podpath.collect.ssh.settings import Way
    from podpath.snapshot.store import Store

_NO_AGENT: Final = "no pod of the network with a shell runs there"
_INSIDE: Final = "containers and pods of the node: a pod of the network does not see their namespaces"
_NO_IMAGE: Final = "it has no image with sleep and chroot that podpath knows"
_SHOWN: Final = 6
_MOST: Final = 12


class Told(NamedTuple):
    """What nodes said that were asked.

    Attributes:
        read: names of those that gave something.
        failed: why others, or the rest of them, were not read, by name.
    """

    read: "Sequence[str]"
    failed: dict[str, str]


Ask = Callable[["Sequence[Host]", "Way"], Told]
"""Asks nodes in some way, and adds what they answer to the store."""


def read_nodes(store: "Store", kube: Kube, ask: Ask) -> None:
    """Ask the nodes that a question needs.

    Args:
        store: the store, with the objects of the cluster.
        kube: which cluster, and what of it.
        ask: asks nodes through pods.

    Raises:
        UserError: the cluster has no node of a name, or which images nodes have cannot be read.
        SystemExit: the pods that would be made are printed.
        FileNotFoundError: there is no kubectl.
    """
    from podpath.collect.ssh.settings import Way
    from podpath.state.host import Missing

    known = dict(store.raw("SELECT DISTINCT name, internal_ip FROM kube_node ORDER BY name"))
    if kube.nodes is not None and (strange := [name for name in kube.nodes if name not in known]):
        shown = ", ".join(map(visible, list(known)[:_MOST]))
        raise UserError(f"the cluster has no node {', '.join(strange)}; it has {shown}")
    instead = f"{kube.kubectl.typed('get', 'nodes', '-o', 'json')} > nodes.json; podpath collect --ssh @nodes.json"
    way = Way(tuple(kube.kubectl.command("exec", "-i")), instead)
    wanted = _wanted(store, kube, known)
    if kube.collector is not None:
        wanted = _through_collectors(kube, kube.collector, known, wanted, way, ask)
    agents = _agents(store)
    alone = [name for name in wanted if name not in agents]
    for name in alone:
        _unasked(store, name, known[name], instead)
    told = ask([_host(agents[name], known[name]) for name in wanted if name in agents], way)
    for name in told.read:
        ns = store.netns(store.node(name))
        store.add(ns, 0, [(0, Missing(_INSIDE, instead, "netns"))])
    store.flush()
    _tell({name: told.failed.get(name, _NO_AGENT) for name in wanted if name in alone or name in told.failed}, instead)


def _tell(failed: dict[str, str], instead: str) -> None:
    """Say which nodes were not read, those of one reason together."""
    through: dict[str, list[str]] = {}
    for name, problem in failed.items():
        through.setdefault(problem, []).append(name)
    for problem, names in through.items():
        shown = ", ".join(map(visible, names[:_SHOWN])) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
        tell(f"{shown}: not read: {problem}; next: {instead}")


def _host(agents: "Sequence[Agent]", address: object) -> "Host":
    """Return the first of a node's pods as a host, behind which the others stand."""
    from podpath.collect.ssh.host import Host
    from podpath.state.address import Ip

    found = None
    for agent in reversed(agents):
        where = Ip(address) if isinstance(address, int) else None
        words = ("-n", agent.namespace, agent.name)
        found = Host(agent.node, f"{agent.namespace}/{agent.name}", address=where, options=words, other=found)
    assert found is not None  # noqa: S101 - a node without pods has no list
    return found


def _unasked(store: "Store", name: str, address: object, instead: str) -> None:
    """Note that nobody is on a node who could be asked."""
    from podpath.state.address import Ip
    from podpath.state.host import Capture, Missing

    ns = store.netns(store.node(name, Ip(address) if isinstance(address, int) else None))
    now = time.time()
    rows: list[NamedTuple] = [Missing(f"everything: {_NO_AGENT}", instead), Capture(None, None, now, now, problem=_NO_AGENT)]
    store.add(ns, 0, [(0, row) for row in rows])


def _wanted(store: "Store", kube: Kube, known: Iterable[str]) -> list[str]:
    """Return the nodes to ask: those that were named, those of the ends of a trace, or all."""
    if kube.nodes is not None:
        return [name for name in known if name in kube.nodes]
    ends = [set(_nodes_of(store, word)) for word in kube.asked]
    if not ends or not all(ends):
        return list(known)
    return [name for name in known if any(name in end for end in ends)]


_NODES_OF: Final = """
    SELECT node FROM pod WHERE namespace || '/' || name = $word OR name = $word OR "address" = $address::UHUGEINT
    UNION SELECT name FROM kube_node WHERE 'node:' || name = $word OR internal_ip = $address::UHUGEINT
"""
_NODES_BEHIND: Final = "SELECT DISTINCT node FROM endpoint WHERE service = $1 AND coalesce($2, namespace) = namespace"


def _nodes_of(store: "Store", word: str) -> Iterator[str]:
    """Yield the nodes that an end of a trace is on."""
    from podpath.state.address import parse_ip
    from podpath.walk.diagnosis.services import split
    from podpath.walk.endpoints import split_port
    from podpath.walk.workloads import WorkloadError, by_dns, meant, plain

    word = plain(word)
    try:
        several = meant(store, word)
    except WorkloadError:
        return  # the command says it
    if several is not None:
        for pod in several.words:
            yield from _nodes_of(store, pod)
        return
    service = split(word)
    if service is not None:
        yield from (node for (node,) in store.raw(_NODES_BEHIND, [service[1], service[0]]) if node)
        return
    bare = split_port(word)[0]
    for name in dict.fromkeys([word, bare, *by_dns(store, bare)]):
        try:
            address = parse_ip(name.strip("[]"))
        except ValueError:
            address = None
        yield from (node for (node,) in store.raw(_NODES_OF, {"word": name, "address": address}) if node)


def _agents(store: "Store") -> "dict[str, list[Agent]]":
    from podpath.collect.kube.agents import Agent, ranked

    running = "host_network AND phase = 'Running' AND node IS NOT NULL"
    return ranked(
        Agent(*row) for row in store.raw(f"SELECT DISTINCT node, namespace, name FROM pod WHERE {running} ORDER BY ALL")
    )


# -- tier 2: pods that are made for this ------------------------------------------------------------------


def _through_collectors(
    kube: Kube, collector: Collector, known: "dict[str, object]", wanted: list[str], way: "Way", ask: Ask
) -> list[str]:
    """Read nodes through pods that are made for this, and return those that could not be read so."""
    from podpath.collect.kube.collector import AT_ONCE, SHELL, collectors
    from podpath.snapshot.leftovers import folder

    read: set[str] = set()
    with folder() as here:
        images = _images(kube, collector, here, wanted)
        if collector.shown:
            _show(images, pull=collector.image is not None)
        for at in range(0, len(images), AT_ONCE):
            some = dict(list(images.items())[at : at + AT_ONCE])
            # A signal ends the command by an exception, so that the pods are removed first.
            with (
                told_by_exceptions(),
                collectors(kube.kubectl, here, some, pull=collector.image is not None, left=_left) as made,
            ):
                hosts = [_host([agent], known[name]) for name, agent in made.agents.items()]
                told = ask(hosts, way._replace(shell=SHELL)) if hosts else Told((), {})
            read.update(told.read)
            _tell({**made.failed, **told.failed}, "their pods of the network are asked instead")
    return [name for name in wanted if name not in read]


def _images(kube: Kube, collector: Collector, here: Path, wanted: list[str]) -> dict[str, str]:
    """Return the image of each node that can have a pod."""
    import json

    from podpath.collect.kube.collector import images_of

    if collector.image is not None:
        return dict.fromkeys(wanted, collector.image)
    listed = here / "nodes.json"
    failed = kube.kubectl.run(["get", "nodes", "-o", "json"], listed)
    try:
        problem, found = (failed.text, {}) if failed is not None else ("", images_of(json.loads(listed.read_bytes())))
    except ValueError as error:
        problem, found = f"kubectl printed no list of nodes: {error}", {}
    if problem:
        raise UserError(f"which images nodes have cannot be read: {problem}; name one with --image")
    _tell({name: _NO_IMAGE for name in wanted if name not in found}, "name one with --image")
    return {name: found[name] for name in wanted if name in found}


def _show(images: dict[str, str], *, pull: bool) -> None:
    """Print what would be made, and end the command.

    Raises:
        SystemExit: always.
    """
    import yaml

    from podpath.collect.kube.collector import manifest, new_namespace

    yaml.safe_dump_all(manifest(new_namespace(), images, pull=pull), sys.stdout, sort_keys=False)
    sys.stdout.flush()
    raise SystemExit(0)


def _left(command: str) -> None:
    tell(f"a namespace of podpath's pods is left: {command}")
