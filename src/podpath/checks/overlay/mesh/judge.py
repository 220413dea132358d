"""The mesh of a snapshot: overlays, pairs, and the causes of what is broken."""

from collections.abc import Iterable, Mapping
from shlex import quote
from typing import Any, Final, NamedTuple

from podpath.checks.overlay.mesh.chain import Judge, LinkCause, LinkChain, LinkVerdict
from podpath.checks.overlay.mesh.facts import Facts, Ref
from podpath.checks.overlay.mesh.pairs import Overlay, find_overlays
from podpath.checks.overlay.mesh.sums import KnownSums
from podpath.language import marked, tr
from podpath.snapshot.evidence import Witness
from podpath.snapshot.store import Store
from podpath.state.evidence import Degree, Unknown
from podpath.state.finding import ChainLink, Evidence, OverlayResult, Pair, Status

_SHOWN: Final = 6
_CAPTURE: Final = "ip -d address; ip route; ip neigh show dev {dev}; bridge fdb show dev {dev}"
_ROUTE_LOST: Final = frozenset(("peer-route-missing", "calico-block-route-missing"))
_COMMANDS: Final = {
    "route": (marked("the routes"), "ip route show"),
    "neighbour": (marked("the neighbours of {dev}"), "ip neigh show dev {dev}"),
    "fdb": (marked("the forwarding table of {dev}"), "bridge fdb show dev {dev}"),
}


class MeshCause(NamedTuple):
    """A cause with all that breaks by it.

    Attributes:
        check: name of the check that reports it.
        facts: what its texts are filled with.
        ns: namespace that must be fixed.
        sure: nothing unseen could make it right.
        evidence: the rows that show it.
        related: names of the nodes whose pairs break by it.
        pairs: number of pairs that break by it.
    """

    check: str
    facts: Mapping[str, Any]
    ns: int
    sure: bool
    evidence: tuple[Evidence, ...]
    related: tuple[str, ...]
    pairs: int


class MeshResult(NamedTuple):
    """All overlays.

    Attributes:
        overlays: one by one.
        causes: why pairs are broken.
        unknowns: what must be seen to judge the rest.
    """

    overlays: tuple[OverlayResult, ...]
    causes: tuple[MeshCause, ...]
    unknowns: tuple[Unknown, ...]


def judge_mesh(store: Store, witness: Witness, known: KnownSums | None = None) -> MeshResult:
    """Judge every overlay of a snapshot.

    Args:
        store: the snapshot, merged.
        witness: where evidence comes from.
        known: what is known of nodes whose entries are not in the store; none means that all are.
    """
    results: list[OverlayResult] = []
    causes: list[MeshCause] = []
    unknowns: list[Unknown] = []
    for overlay in find_overlays(store, known):
        facts = Facts(store, overlay)
        judge = Judge(facts)
        chains = [judge.judge(overlay.members[a], overlay.members[b]) for a, b in overlay.suspects]
        chains = [chain._replace(verdicts=_doubted(chain, facts)) for chain in chains]
        witness.prefetch((ref.table, ref.rowid) for chain in chains for verdict in chain.verdicts for ref in verdict.refs)
        results.append(_result(overlay, chains, witness))
        causes.extend(_causes(chains, witness))
        unknowns.extend(_unknowns(overlay, chains))
    return MeshResult(tuple(results), tuple(causes), tuple(unknowns))


def _doubted(chain: LinkChain, facts: Facts) -> tuple[LinkVerdict, ...]:
    """Return the links of a pair; where a device is perhaps another machine's, its line is part of what each of them rests on."""
    doubts = facts.doubts(chain.a.vt, chain.b.vt)
    return tuple(verdict._replace(refs=(*doubts, *verdict.refs)) for verdict in chain.verdicts) if doubts else chain.verdicts


def _evidence(refs: Iterable[Ref], witness: Witness) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(witness.of(ref.table, ref.rowid, ref.needle) for ref in refs))


def _result(overlay: Overlay, chains: list[LinkChain], witness: Witness) -> OverlayResult:
    pairs = tuple(_pair(overlay.name, chain, witness) for chain in chains)
    count = {status: sum(pair.status is status for pair in pairs) for status in Status}
    senders = sum(vtep.ns > 0 for vtep in overlay.members.values())
    total = senders * (len(overlay.members) - 1)
    proven = overlay.proven + count[Status.PROVEN]
    broken = count[Status.BROKEN]
    nodes = tuple(vtep.name for vtep in overlay.members.values())
    return OverlayResult(overlay.name, nodes, proven, broken, total - proven - broken, pairs)


def _pair(overlay: str, chain: LinkChain, witness: Witness) -> Pair:
    links = tuple(_link(verdict, _evidence(verdict.refs, witness)) for verdict in chain.verdicts)
    found = {link.status for link in links}
    status = next((status for status in (Status.BROKEN, Status.UNKNOWN) if status in found), Status.PROVEN)
    return Pair(overlay, chain.a.name, chain.b.name, status, links, chain.not_compared)


def _link(verdict: LinkVerdict, evidence: tuple[Evidence, ...]) -> ChainLink:
    """Return a link; a line whose place is only assumed neither proves nor breaks it."""
    if any(item.place is Degree.ASSUMED for item in evidence):
        return ChainLink(
            verdict.link, Status.UNKNOWN, tr("{summary}, if that line is from this node", summary=verdict.summary), evidence
        )
    return ChainLink(verdict.link, verdict.status, verdict.summary, evidence)


def _causes(chains: list[LinkChain], witness: Witness) -> list[MeshCause]:
    """Group the broken links by what is wrong; each broken pair counts for its first cause only."""
    groups: dict[tuple[object, ...], list[tuple[LinkChain, LinkVerdict, LinkCause]]] = {}
    for chain in chains:
        broken = [(verdict, verdict.cause) for verdict in chain.verdicts if verdict.cause is not None]
        lost = any(cause.check in _ROUTE_LOST for _, cause in broken)
        for verdict, cause in broken:
            # Who wrote no route wrote no entries behind it either: one cause.
            if not (lost and cause.check == "vtep-neigh-or-fdb-missing"):
                groups.setdefault((cause.check, *cause.root), []).append((chain, verdict, cause))
    causes = []
    for members in groups.values():
        cause = members[0][2]
        refs = dict.fromkeys(ref for _, verdict, _ in members[:_SHOWN] for ref in verdict.refs)
        related = dict.fromkeys(name for chain, *_ in members for name in (chain.a.name, chain.b.name))
        senders = list(dict.fromkeys(chain.a.name for chain, *_ in members))
        facts = {
            **_joined(members),
            "pairs": len({(chain.a.vt, chain.b.vt) for chain, *_ in members}),
            "senders": _listed(senders),
        }
        sure = all(one.sure for _, _, one in members)
        evidence = _evidence(list(refs)[:_SHOWN], witness)
        causes.append(MeshCause(cause.check, facts, cause.ns, sure, evidence, tuple(related), facts["pairs"]))
    return causes


def _joined(members: list[tuple[LinkChain, LinkVerdict, LinkCause]]) -> dict[str, Any]:
    """Return what the first pair's links say together, and the targets of all pairs in a row."""
    first = [cause for chain, _, cause in members if chain is members[0][0]]
    facts: dict[str, Any] = {}
    for cause in first:
        facts.update({key: value for key, value in cause.facts.items() if value is not None or key not in facts})
    if "what" in facts:
        facts["what"] = "; ".join(dict.fromkeys(str(cause.facts["what"]) for cause in first if "what" in cause.facts))
    targets = list(dict.fromkeys(str(cause.facts["target"]) for *_, cause in members if "target" in cause.facts))
    return {**facts, "targets": _listed(targets), "others": len(targets) - 1 if len(targets) > 1 else None}


def _listed(names: list[str]) -> str:
    """Return names in a row, a long row cut short."""
    shown = names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], tr("{count} others", count=len(names) - _SHOWN + 1)]
    return tr(" and ").join([tr(", ").join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _unknowns(overlay: Overlay, chains: list[LinkChain]) -> list[Unknown]:
    found = []
    for vt, tables in overlay.unseen.items():
        vtep = overlay.members[vt]
        for table in tables:
            what, shows = _COMMANDS[table]
            missing, command = tr(what, dev=vtep.dev), shows.format(dev=quote(vtep.dev))
            found.append(Unknown(vtep.name, missing, command, (f"mesh {overlay.name}",)))
    for chain in chains:
        for verdict in chain.verdicts:
            if verdict.learn is not None and chain.b.ns < 0 and verdict.learn[0] == chain.b.name:
                missing = tr("everything: this node was not captured")
                found.append(Unknown(chain.b.name, missing, _CAPTURE.format(dev=quote(chain.b.dev)), (f"mesh {overlay.name}",)))
            elif verdict.learn is not None:
                node, missing, command = verdict.learn
                found.append(Unknown(node, missing, command, (f"mesh {overlay.name}",)))
    left: dict[tuple[str, str], dict[str, None]] = {}
    for part in (part for chain in chains for part in chain.not_compared):
        left.setdefault((part.node, part.command), {}).update({part.what: None})
    for (node, command), parts in left.items():
        found.append(
            Unknown(
                node,
                tr("{parts} of {name}", parts=tr(" and ").join(parts), name=overlay.name),
                command,
                (f"mesh {overlay.name}",),
            )
        )
    return list(dict.fromkeys(found))
