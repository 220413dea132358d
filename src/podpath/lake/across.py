"""Clusters compared: what one of them has otherwise than its sisters, and networks of pods that several have."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, summarize_address_range

from podpath.state.address import BITS, V4_BASE, Ip, ip_text, last_ip
from podpath.state.finding import Severity
from podpath.state.fleet import ClusterResult, Drift, FleetResult, Overlap

_V4_LAST = V4_BASE + (1 << BITS[4]) - 1


def fleet_of(lake: str, day: str, results: Sequence[ClusterResult]) -> FleetResult:
    """Return what all clusters together are like, the worst first."""
    judged = sorted((one for one in results if one.traits is not None), key=lambda one: one.cluster)
    return FleetResult(lake, day, tuple(sorted(results, key=_rank)), tuple(_drifts(judged)), tuple(_overlaps(judged)))


def _rank(result: ClusterResult) -> tuple[object, ...]:
    broken = sum(overlay.broken for overlay in result.report.overlays) if result.report is not None else 0
    return (
        result.problem is None,
        -result.count(Severity.ERROR),
        -broken,
        -result.count(Severity.WARNING),
        -len(result.troubles),
        result.cluster,
    )


def _drifts(judged: Sequence[ClusterResult]) -> Iterator[Drift]:
    """Yield the settings in which clusters differ: each counts for what most of its nodes have."""
    names = dict.fromkeys(name for one in judged if one.traits is not None for name in one.traits.settings)
    for name in names:
        by_value: dict[str, list[str]] = {}
        for one in judged:
            values = one.traits.settings.get(name) if one.traits is not None else None
            if values:
                by_value.setdefault(values[0], []).append(one.cluster)
        if len(by_value) > 1:
            ranked = sorted(by_value.items(), key=lambda item: (-len(item[1]), item[0]))
            yield Drift(name, tuple((value, tuple(clusters)) for value, clusters in ranked))


def _overlaps(judged: Sequence[ClusterResult]) -> Iterator[Overlap]:
    """Yield the networks that several clusters have, those of the same clusters together."""
    edges: dict[int, dict[str, int]] = {}
    for one in judged:
        for network in one.traits.pods if one.traits is not None else ():
            end = last_ip(network.family, Ip(network.first), network.length) + 1
            for at, change in ((network.first, 1), (end, -1)):
                counts = edges.setdefault(at, {})
                counts[one.cluster] = counts.get(one.cluster, 0) + change
    shared: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    active: dict[str, int] = {}
    since = 0
    for at in sorted(edges):
        within = tuple(sorted(name for name, count in active.items() if count > 0))
        if len(within) > 1:
            shared.setdefault(within, []).append((since, at - 1))
        for name, change in edges[at].items():
            active[name] = active.get(name, 0) + change
        since = at
    by_name = {one.cluster: one for one in judged}
    for names, ranges in shared.items():
        networks = tuple(text for first, last in _merged(ranges) for text in _texts(first, last))
        yield Overlap(networks, names, _peering([by_name[name] for name in names]))


def _merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in ranges:
        if joined and joined[-1][1] + 1 == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _texts(first: int, last: int) -> Iterator[str]:
    if V4_BASE <= first <= last <= _V4_LAST:
        yield from map(str, summarize_address_range(IPv4Address(first - V4_BASE), IPv4Address(last - V4_BASE)))
    else:
        yield from map(str, summarize_address_range(IPv6Address(first), IPv6Address(last)))


def _peering(clusters: Sequence[ClusterResult]) -> str | None:
    """Return what shows that some of these clusters are connected, or None if nothing does."""
    for one in clusters:
        for other in clusters:
            if one.traits is None or other.traits is None or one is other:
                continue
            met = (one.traits.hops & other.traits.addresses) - one.traits.addresses
            if met:
                return f"{one.cluster} sends to {ip_text(Ip(min(met)))}, a node of {other.cluster}"
    return None
