"""What a container engine calls its networks and ports: ``br-0123456789ab`` is the network ``shop``.

The engine's own default network needs no name: ``docker0`` says enough.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from podpath.snapshot.fetch import halves, whole
from podpath.snapshot.store import Store
from podpath.state.address import ip_text
from podpath.state.finding import Finding

_DEFAULT: Final = ("bridge", "podman")
_QUOTING: Final = re.compile(r'(?:-i|-o|--physdev-(?:in|out)|[io]if(?:name)?|dev|==|!=)\s*$|["{]\s*$')
"""What comes before the name of a device in a rule or a route: those are quoted as their programs print them."""


def bridge_networks(store: Store) -> dict[str, dict[str, str]]:
    """Return the name of the engine's network that each bridge carries, by the names of node and bridge."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for node, bridge, name in store.raw(
        "SELECT DISTINCT d.name, c.bridge, c.name FROM container_network c JOIN netns s USING (ns) JOIN node d USING (node)"
        " WHERE c.bridge IS NOT NULL AND c.name <> c.bridge ORDER BY ALL"
    ):
        if name not in _DEFAULT:
            found[node][bridge] = name
    return dict(found)


def published_ports(store: Store) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the ports of the host that lead to each container, by the names of node and container: ``8080->80/tcp``."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for node, container, proto, port, outer, *address in store.raw(
        f"SELECT d.name, p.container, p.proto, p.port, p.host_port, {halves('host_address')} FROM published_port p"
        " JOIN netns s USING (ns) JOIN node d USING (node) WHERE p.host_port IS NOT NULL ORDER BY p.host_port, p.rowid"
    ):
        at = whole(*address)
        text = ip_text(at) if at else ""
        here = "" if not at or text in {"0.0.0.0", "::"} else f"[{text}]:" if ":" in text else f"{text}:"  # noqa: S104
        found[node, container][f"{here}{outer}->{port}/{proto}"] = None
    return {place: tuple(ports) for place, ports in found.items()}


def named(finding: Finding, networks: Mapping[str, Mapping[str, str]]) -> Finding:
    """Return a finding whose words say which network a bridge of its node carries."""
    names = networks.get(finding.node)
    if not names:
        return finding
    summary, why = beside(finding.summary, names), beside(finding.why, names)
    words = f"{summary} {why}"
    quoted = [name for name in names if _whole(name).search(words) and f"{name} (network " not in words]
    told = " ".join((why, *(f"{name} is the network {names[name]}." for name in quoted if f"{name} is the network" not in why)))
    return finding._replace(summary=summary, why=told)


def all_named(findings: Iterable[Finding], store: Store) -> Iterator[Finding]:
    """Yield findings whose words say which network a bridge carries."""
    networks = bridge_networks(store)
    for finding in findings:
        yield named(finding, networks)


def beside(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which the name of its network stands beside each bridge, but not in rules and routes that it quotes."""
    for bridge, network in names.items():
        if bridge in text:
            text = _whole(bridge).sub(lambda match: _told(match, network), text)  # noqa: B023 - called at once
    return text


def _told(match: "re.Match[str]", network: str) -> str:
    before, after = match.string[: match.start()], match.string[match.end() :]
    if _QUOTING.search(before) or after.startswith((" (network ", " is the network ")):
        return match[0]
    return f"{match[0]} (network {network})"


@cache
def _whole(name: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-]*\w)")
