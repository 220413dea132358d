"""All checks over a snapshot: findings, unknowns, the mesh."""

import fnmatch
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from shlex import quote
from typing import Any, Final, NamedTuple

from podpath.causes.fill import words_of
from podpath.causes.registry import cause as declared
from podpath.checks.engine.answers import Answers, asked_elsewhere, filtering_hosts, odd_routes
from podpath.checks.engine.registry import checks
from podpath.checks.engine.timing import dated
from podpath.checks.engine.views import make_views
from podpath.checks.interface import Check, Need
from podpath.checks.overlay.mesh.judge import MeshResult, judge_mesh
from podpath.checks.overlay.mesh.sums import KnownSums
from podpath.language import marked, tr
from podpath.snapshot.evidence import Witness
from podpath.snapshot.store import Store
from podpath.state import agent_log, calico, kube, policy
from podpath.state.evidence import Unknown, Unread
from podpath.state.finding import Confidence, Evidence, Finding, Report, Severity, Status, weigh
from podpath.state.table import tables
from podpath.wiring.engine_networks import Networks, among, bridge_networks
from podpath.wiring.pairing import bridge_views, pairings
from podpath.wiring.places import entrance
from podpath.wiring.wiring import Wiring

_NAMES: Final = marked({
    "sysctl": "sysctls", "link": "network devices", "address": "addresses", "route": "routes", "rule": "routing rules",
    "neighbour": "neighbours", "fdb": "forwarding entries", "vxlan": "VXLAN settings", "bridge_port": "bridge ports",
    "counter": "protocol counters", "link_counters": "device counters", "socket": "sockets", "resolver": "resolv.conf",
    "pod_network": "subnet.env", "fact": "facts", "ruleset": "the rules of {part}",
})  # fmt: skip
"""What is missing where a table is."""
_ROW: Final = re.compile(r"^row_(?P<table>[a-z_]+?)(?P<suffix>_\d)?$")


def run_checks(store: Store, ignore: Iterable[str] = (), progress: Callable[[str], None] = lambda _: None) -> Report:
    """Run every check.

    Args:
        store: the snapshot, merged.
        ignore: names of checks to leave out.
        progress: told what is being done.
    """
    ignored = set(ignore)
    witness = Witness(store)
    contradicted = set(store.raw(_CONTRADICTED))
    wanted = {name: check for name, check in checks().items() if name not in ignored}
    progress("mesh")
    mesh = judge_mesh(store, witness)
    wiring = Wiring(store)
    make_views(store, wiring)
    networks = bridge_networks(store)
    findings = list(_of_mesh(mesh, wanted, witness))
    progress("rules")
    told_by_rules = _answers(store, [name for name, check in wanted.items() if check.asked or check.walked])
    findings += [_Told(_weighed(found, walked=wanted[found.check].walked), None) for found in told_by_rules.findings]
    ended = {(found.check, found.node) for found in told_by_rules.findings}
    filled = store.sizes().keys()
    for name, check in wanted.items():
        # To plan a query costs more than to see that there is nothing to ask.
        if check.sql and filled >= set(check.over):
            progress(name)
            told = _findings(store, name, check, witness, networks)
            findings.extend(one for one in told if (one.finding.check, one.finding.node) not in ended)
    paired = pairings(store, wiring)
    open_pairs = [
        Unknown(
            p.node,
            tr("which host interface is {inside} of {container}", inside=p.inside or tr("the interface"), container=p.container),
            p.command,
            (tr("veth pairing"),),
        )
        for p in paired
        if p.status is not Status.PROVEN
    ]
    mixed = {name for (name,) in store.raw("SELECT DISTINCT node FROM set_aside WHERE reason = 'mixed'")}
    findings = [told._replace(finding=_of_one_machine(_trusted(told.finding, contradicted), mixed)) for told in findings]
    machines = _machines(store)
    lacking = [*_unknowns(store, wanted, machines), *_by_objects_alone(store, wanted, machines)]
    unknowns = _merged([*_set_aside(store), *mesh.unknowns, *open_pairs, *told_by_rules.unknowns, *_missed(store), *lacking])
    return Report(
        tuple(sorted(machines)),
        tuple(dated(store, _folded(findings))),
        tuple(unknowns),
        mesh.overlays,
        len(wanted),
        tuple(bridge_views(store)),
        tuple(paired),
        tuple(Unread(*row) for row in store.raw("SELECT * FROM unread ORDER BY file, first")),
    )


def run_mesh(store: Store, known: KnownSums | None, ignore: Collection[str] = ()) -> Report:
    """Judge the mesh alone.

    Args:
        store: the snapshot, without the entries of nodes that their sums prove.
        known: what is known of those; none means that all entries are there.
        ignore: names of checks to leave out.
    """
    witness = Witness(store)
    mesh = judge_mesh(store, witness, known)
    wanted = {name: check for name, check in checks().items() if name not in ignore and not check.sql}
    findings = _folded(_of_mesh(mesh, wanted, witness))
    unknowns = _merged([*mesh.unknowns, *_missed(store)])
    return Report(tuple(sorted(_machines(store))), tuple(findings), tuple(unknowns), mesh.overlays, len(_MESH & wanted.keys()))


_MESH: Final = frozenset(
    ("calico-block-route-missing", "device-down", "fdb-stale-vtep-ip", "fdb-wrong-mac", "neighbour-wrong-mac", "overlay-device-missing",
     "peer-route-missing", "route-wrong-device", "route-wrong-next-hop", "vtep-mac-mismatch", "vtep-neigh-or-fdb-missing",
     "vxlan-port-mismatch", "vxlan-vni-mismatch", "wrong-underlay-interface")
)  # fmt: skip
"""Checks that the mesh answers."""


def _answers(store: Store, names: Iterable[str]) -> Answers:
    """Return what the rules and routes of hosts do to packets; the walk is loaded only where a host has some to be asked."""
    hosts, routes = filtering_hosts(store), odd_routes(store)
    if not hosts and not routes and not asked_elsewhere(store):
        return Answers()
    from podpath.checks.engine.asked import ask

    return ask(store, hosts, routes, names)


def _of_mesh(mesh: MeshResult, wanted: Mapping[str, Check], witness: Witness) -> Iterator["_Told"]:
    for cause in mesh.causes:
        if cause.check in wanted and not wanted[cause.check].sql:
            found = finding_of(
                cause.check, cause.facts, cause.ns, cause.evidence, witness, related=cause.related, sure=cause.sure
            )
            yield _Told(found, _device(cause.facts))


def _machines(store: Store) -> set[str]:
    """Return the names of the nodes: a file that holds objects of the API alone is none, unless no node is known at all."""
    given = store.raw(
        f'SELECT d.name, bool_and(coalesce(c."table" IN {_API}, false)) FROM node d LEFT JOIN netns n USING (node)'
        " LEFT JOIN coverage c USING (ns) GROUP BY ALL"
    )
    real = {name for name, objects in given if not objects}
    return real if real or store.raw(_BY_OBJECTS) else {name for name, _ in given}


_BY_OBJECTS: Final = "SELECT name FROM kube_node UNION SELECT node FROM pod WHERE node IS NOT NULL ORDER BY ALL"
"""Nodes that the objects of a cluster name."""


def _by_objects_alone(store: Store, wanted: Mapping[str, Check], machines: Collection[str]) -> Iterator[Unknown]:
    """Yield the nodes of a cluster of which only the objects were captured."""
    if machines:
        return
    waiting = tuple(name for name, check in wanted.items() if check.needs)
    for (name,) in store.raw(_BY_OBJECTS):
        missing = tr("everything but the cluster's objects: no output of it was captured")
        yield Unknown(name, missing, f"podpath collect --ssh {quote(name)}", waiting)


def _weighed(found: Finding, *, walked: bool) -> Finding:
    """Return a finding of the walk with the weight that its cause has; one that might only end packets weighs less."""
    return found if walked else found._replace(severity=declared(found.check).severity)


_OBJECTS: Final = {module.__name__ for module in (agent_log, calico, kube, policy)}
_API: Final = tuple(sorted(table.name for table in tables().values() if table.row.__module__ in _OBJECTS))
"""Tables of the Kubernetes API."""

_CONTRADICTED: Final = """
    SELECT s.file, c.one_line FROM conflict c JOIN source s ON s.source = c.one_source
    UNION SELECT s.file, c.other_line FROM conflict c JOIN source s ON s.source = c.other_source
"""


def _trusted(finding: Finding, contradicted: Collection[tuple[str, int]]) -> Finding:
    """Return a finding no surer than its evidence: a place that is assumed, or a line that another contradicts, proves nothing."""
    weighed = weigh(finding)
    if finding.check == "contradicting-evidence" or all((e.file, e.file_line) not in contradicted for e in finding.evidence):
        return weighed
    return weighed._replace(confidence=Confidence.LIKELY)


def _of_one_machine(finding: Finding, mixed: Collection[str]) -> Finding:
    """Return a finding no heavier than a warning if a name that two machines share is in it: no two of its lines fit surely."""
    named = {finding.node, *finding.related, *(item.node for item in finding.evidence)}
    if finding.severity is not Severity.ERROR or named.isdisjoint(mixed):
        return finding
    return finding._replace(severity=Severity.WARNING, confidence=Confidence.LIKELY)


class _Told(NamedTuple):
    """A finding with the device that it is about, where there is one."""

    finding: Finding
    dev: str | None


def _device(facts: Mapping[str, Any]) -> str | None:
    return facts.get("overlay_dev") or facts.get("dev")


def _findings(store: Store, name: str, check: Check, witness: Witness, networks: Networks) -> Iterator[_Told]:
    result = store.query(check.sql)
    listed = [dict(zip(result.names, values, strict=True)) for values in result.rows]
    columns = {column: match for column in result.names if (match := _ROW.match(column)) is not None}
    witness.prefetch(
        (match["table"], facts[column]) for facts in listed for column, match in columns.items() if facts[column] is not None
    )
    for facts in listed:
        evidence = []
        for column, match in columns.items():
            if facts[column] is not None:
                needle = facts.get(f"needle_{match['table']}{match['suffix'] or ''}")
                evidence.append(witness.of(match["table"], facts[column], str(needle or "")))
        if facts.get("at_source") and facts.get("at_line"):
            evidence.append(witness.at(facts["at_source"], facts["at_line"]))
        finding = finding_of(name, facts, facts["ns"], evidence, witness, related=facts.get("related") or ())
        named = among(networks.get(finding.node, {}), facts.values())
        yield _Told(finding._replace(networks=named), _device(facts))


def finding_of(
    name: str,
    facts: Mapping[str, Any],
    ns: int,
    evidence: Iterable[Evidence],
    witness: Witness,
    *,
    related: Iterable[str] = (),
    sure: bool = True,
) -> Finding:
    """Return a finding: the templates of the cause with a check's name, filled with facts."""
    node, netns = witness.place(ns)
    kind, _, inside = netns.partition(":")
    where = tr(" in {kind} {inside}", kind=kind, inside=inside) if netns else ""
    cause = declared(name)
    enter = entrance(witness.store, ns, netns) if netns else ""
    words = words_of(cause, {**facts, "node": node, "netns": netns, "where": where})
    confidence = Confidence(facts.get("confidence") or (cause.confidence if sure else Confidence.LIKELY))
    return Finding(
        name,
        Severity(facts.get("severity") or cause.severity),
        confidence,
        node,
        netns,
        words.summary,
        words.why,
        tuple(evidence),
        tuple(step.at(node, netns, enter) for step in words.fix),
        tuple(sorted(set(related) - {node})),
        _device(facts),
    )


def _folded(told: Iterable[_Told]) -> list[Finding]:
    """Drop findings that are symptoms of others on the same node and device; the worst first, in a stable order."""
    listed = list(told)
    devices: dict[tuple[str, str], set[str | None]] = {}
    for finding, dev in listed:
        devices.setdefault((finding.check, finding.node), set()).add(dev)

    def symptom(finding: Finding, dev: str | None) -> bool:
        causes = (devices.get((cause, finding.node), set()) for cause in declared(finding.check).symptom_of)
        return any(found and (dev is None or None in found or dev in found) for found in causes)

    kept = [finding for finding, dev in listed if not symptom(finding, dev)]
    unique = {(f.check, f.node, f.netns, f.summary): f for f in kept}
    return sorted(unique.values(), key=lambda f: (f.severity.rank, f.confidence, f.check, f.node, f.netns, f.summary))


# -- what was not captured ---------------------------------------------------------------------------------


class _Seen(NamedTuple):
    """A coverage of a namespace."""

    table: str
    family: int | None
    part: str | None


def _unknowns(store: Store, wanted: Mapping[str, Check], machines: Collection[str]) -> Iterator[Unknown]:
    """Yield for the host of each machine what checks wait for there."""
    # Of a node that could not be captured everything is missing: that is said once, with the reason.
    hosts = store.raw(
        "SELECT n.ns, d.name FROM netns n JOIN node d USING (node) WHERE n.kind = 'host'"
        " AND n.ns NOT IN (SELECT ns FROM capture WHERE way IS NULL AND problem IS NOT NULL) ORDER BY d.name"
    )
    hosts = [(ns, node) for ns, node in hosts if node in machines]
    seen: dict[int, set[_Seen]] = {}
    for ns, table, family, part in store.raw(
        "SELECT DISTINCT ns, \"table\", family, part FROM coverage WHERE complete <> 'no' AND dev IS NULL"
    ):
        seen.setdefault(ns, set()).add(_Seen(table, family, part))
    for name, check in wanted.items():
        lacking = [
            (ns, node, need) for ns, node in hosts for need in check.needs
            if not any(_satisfies(need, item) for item in seen.get(ns, ()))
        ]  # fmt: skip
        # Where it matters is asked of the database, so only where something lacks.
        applies = {row[0] for row in store.raw(check.applies)} if lacking and check.applies else None
        for ns, node, need in lacking:
            if applies is None or ns in applies or (check.by_devices and not _links_seen(seen.get(ns, set()))):
                yield Unknown(node, _missing(need), need.command, (name,))


def _set_aside(store: Store) -> Iterator[Unknown]:
    """Yield the outputs whose node is not known."""
    for file, first, command, node, reason in store.raw(
        "SELECT file, first, command, node, reason FROM set_aside WHERE reason IN ('whose', 'joined') ORDER BY ALL"
    ):
        missing = tr(
            "which node printed `{command}` at {file}:{first}: it cannot be {node}; put a heading before it",
            command=command,
            file=file,
            first=first,
            node=node,
        )
        if reason == "joined":
            missing = tr(
                "which lines of `{command}` at {file}:{first} are {node}'s: it has one entry twice; put a prompt "
                "before the second output",
                command=command,
                file=file,
                first=first,
                node=node,
            )
        yield Unknown(node, missing, "", ("place",))


def _missed(store: Store) -> Iterator[Unknown]:
    """Yield what a capture could not read."""
    for node, place, what, command in store.raw(
        "SELECT d.name, CASE WHEN n.kind = 'host' THEN '' ELSE ' of ' || n.kind || ' ' || n.name END, m.what, m.command"
        " FROM missing m JOIN netns n USING (ns) JOIN node d USING (node) ORDER BY ALL"
    ):
        yield Unknown(node, f"{what}{place}", command, ("capture",))


def _links_seen(seen: Iterable[_Seen]) -> bool:
    """Say whether devices were captured with their kinds: only then does a check that finds none not matter."""
    return any(item.table in ("vxlan", "bridge") for item in seen)


def _satisfies(need: Need, seen: _Seen) -> bool:
    if seen.table != need.table or (seen.family is not None and need.family is not None and seen.family != need.family):
        return False
    if seen.part is None or need.part is None:
        return seen.part is None
    # Either may hold stars: `grep . /proc/sys/net/ipv4/conf/*/forwarding`, and a need for a setting of every device.
    return fnmatch.fnmatchcase(need.part, seen.part) or fnmatch.fnmatchcase(seen.part, need.part)


def _missing(need: Need) -> str:
    if need.table in {"sysctl", "fact"} and need.part:
        return need.part
    return tr(_NAMES.get(need.table, need.table.replace("_", " ")), part=need.part)


def _place(item: tuple[tuple[str, str, str], dict[str, None]]) -> tuple[str, str]:
    """Order by node and command, whatever the words are."""
    (node, _, command), _ = item
    return node, command


def _merged(unknowns: Iterable[Unknown]) -> list[Unknown]:
    """Join unknowns of one node that one command would settle."""
    joined: dict[tuple[str, str, str], dict[str, None]] = {}
    for item in unknowns:
        joined.setdefault((item.node, item.missing, item.command), {}).update(dict.fromkeys(item.blocks))
    return [Unknown(*key, tuple(blocks)) for key, blocks in sorted(joined.items(), key=_place)]
