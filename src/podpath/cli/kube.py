"""A cluster into a store by ``kubectl``: its objects, then the nodes that the question needs (docs/kubernetes.md)."""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from podpath.cli.endings import not_counted, tell
from podpath.cli.errors import UserError
from podpath.state.pattern import lazy
from podpath.state.visible import visible

if TYPE_CHECKING:
    from podpath.collect.kube.agents import Agent
    from podpath.collect.kube.kubectl import Kubectl
    from podpath.collect.kube.resources import Listed
    from podpath.collect.ssh.host import Host
    from podpath.collect.ssh.settings import Way
    from podpath.snapshot.store import Store

_OBJECTS: Final = "kubernetes"
_NAMESPACE: Final = lazy(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
"""What the API server takes for the name of a namespace (RFC 1123); files are called after it."""
_NO_AGENT: Final = "no pod of the network with a shell runs there"
_INSIDE: Final = "containers and pods of the node: a pod of the network does not see their namespaces"
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


class Kube(NamedTuple):
    """What the options of ``--kube`` say.

    Attributes:
        kubectl: how it is run.
        nodes: names of the nodes to ask; None for those that the question needs.
        asked: names that the question holds: pods, services, addresses; none for all nodes.
        objects_only: no node is asked.
    """

    kubectl: "Kubectl"
    nodes: tuple[str, ...] | None
    asked: tuple[str, ...]
    objects_only: bool


def kube_of(options: argparse.Namespace) -> Kube | None:
    """Return what the options say, or None if no cluster is asked."""
    if getattr(options, "kube", None) is None:
        return None
    from podpath.collect.kube.kubectl import Kubectl

    names = [word for each in options.nodes for word in each.split(",") if word]
    asked = [
        word for word in (getattr(options, name, None) for name in ("source", "destination", "pod")) if isinstance(word, str)
    ]
    kubectl = Kubectl(options.kube or None, options.timeout or Kubectl().timeout)
    # Who may reach a pod by its policies, no node knows.
    objects_only = options.objects or options.command == "explain-policy"
    return Kube(kubectl, tuple(names) or None, tuple(asked), objects_only)


def fetch(store: "Store", kube: Kube, ask: Ask) -> None:
    """Ask a cluster, and add what it says to a store; what it does not say is in it as missing.

    Args:
        store: the store.
        kube: which cluster, and what of it.
        ask: asks its nodes.

    Raises:
        UserError: there is no kubectl, or no cluster answers.
    """
    from podpath.snapshot.leftovers import folder

    try:
        with not_counted():
            with folder() as here:
                _objects(store, kube, here)
            if not kube.objects_only:
                _nodes(store, kube, ask)
    except FileNotFoundError as error:
        if error.filename != "kubectl":
            raise
        raise UserError("there is no kubectl on this machine: https://kubernetes.io/docs/tasks/tools/") from None


# -- tier 0: objects -----------------------------------------------------------------------------------


def _objects(store: "Store", kube: Kube, here: Path) -> None:
    from podpath.collect.kube.resources import listed

    refused: dict[str, str] = {}
    read = 0
    for answer in listed(kube.kubectl, here, _namespaces(kube, here)):
        if answer.absent:
            _none(store, answer)
        elif (problem := _problem(store, answer)) is None:
            read += 1
        else:
            refused[answer.called] = problem
            _missing(store, answer, problem)
    store.flush()
    if not read:
        context = f" (context {kube.kubectl.context})" if kube.kubectl.context is not None else ""
        raise UserError(f"the cluster cannot be read{context}: {next(iter(refused.values()))}")
    for called, problem in refused.items():
        tell(f"{called}: not read: {problem}")


def _namespaces(kube: Kube, here: Path) -> tuple[str, ...]:
    """Return the namespaces that the question and the context name: somebody may have rights in those alone."""
    file = here / "namespace"
    words = ["config", "view", "--minify", "-o", "jsonpath={.contexts[0].context.namespace}"]
    own = file.read_text(errors="replace").strip() if kube.kubectl.run(words, file) is None else ""
    named = dict.fromkeys([own or "default", *map(_namespace_of, kube.asked)])
    return tuple(name for name in named if name is not None and _NAMESPACE.fullmatch(name))


def _namespace_of(word: str) -> str | None:
    """Return the namespace that a word of a question names, or None if it names none."""
    from podpath.walk.diagnosis.services import split
    from podpath.walk.endpoints import split_port

    service = split(word)
    if service is not None:
        return service[0]
    namespace, slash, _ = split_port(word)[0].partition("/")
    return namespace if slash else None


def _problem(store: "Store", answer: "Listed") -> str | None:
    """Add an answer to the store, or return why it is no list."""
    if answer.file is None:
        return answer.failed.text if answer.failed is not None else ""
    try:
        return load_list(store, answer.words, answer.file)
    finally:
        answer.file.unlink()


def load_list(store: "Store", words: "Sequence[str]", file: Path) -> str | None:
    """Add a list of objects to a store, or return why it is none.

    Args:
        store: the store.
        words: the command that printed it.
        file: what it printed.
    """
    import orjson

    from podpath.cli.live import no_collection
    from podpath.snapshot.load import load_document

    with no_collection():
        try:
            document = orjson.loads(file.read_bytes())
        except orjson.JSONDecodeError as error:
            return f"kubectl printed no JSON: {error}"
        if not _is_list(document):
            return "kubectl printed no list of objects"
        load_document(store, _OBJECTS, words, document)
    return None


def _is_list(document: object) -> bool:
    """Say whether a document lists objects: of another one, silence would mean that there are none."""
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return False
    return str(document.get("kind", "")).endswith("List") and all(isinstance(item, dict) for item in document["items"])


def _none(store: "Store", answer: "Listed") -> None:
    """Note that a cluster has no objects of a kind that it does not know."""
    from podpath.readers.kubectl import accepts

    ns = store.netns(store.node(_OBJECTS))
    store.add(ns, 0, [(0, part) for part in accepts(answer.words) or ()])


def _missing(store: "Store", answer: "Listed", problem: str) -> None:
    from podpath.state.host import Missing

    ns = store.netns(store.node(_OBJECTS))
    store.add(ns, 0, [(0, Missing(f"{answer.called}: {problem}", answer.command))])


# -- tier 1: the state of nodes -------------------------------------------------------------------------


def _nodes(store: "Store", kube: Kube, ask: Ask) -> None:
    """Ask the nodes through pods of their network."""
    from podpath.collect.ssh.settings import Way
    from podpath.state.host import Missing

    known = dict(store.raw("SELECT DISTINCT name, internal_ip FROM kube_node ORDER BY name"))
    if kube.nodes is not None and (strange := [name for name in kube.nodes if name not in known]):
        shown = ", ".join(map(visible, list(known)[:_MOST]))
        raise UserError(f"the cluster has no node {', '.join(strange)}; it has {shown}")
    instead = f"{kube.kubectl.typed('get', 'nodes', '-o', 'json')} > nodes.json; podpath collect --ssh @nodes.json"
    way = Way(tuple(kube.kubectl.command("exec", "-i")), instead)
    agents = _agents(store)
    wanted = _wanted(store, kube, known)
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

    service = split(word)
    if service is not None:
        yield from (node for (node,) in store.raw(_NODES_BEHIND, [service[1], service[0]]) if node)
        return
    for name in dict.fromkeys([word, split_port(word)[0]]):
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
