"""The rows that matter for a judgement."""

from podpath.checks.overlay.mesh.facts import Facts
from podpath.checks.overlay.mesh.pairs import find_overlays
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from tests.checks.overlay.mesh.clusters import texts


def test_the_pod_network_of_a_node_is_what_its_peers_route_to_it() -> None:
    """Its own addresses and routes to single pods say which prefix is its."""
    with Store() as store:
        for name, text in texts().items():
            load_text(store, f"{name}.txt", name, parse_ip(f"192.168.200.{name}"), text.splitlines())
        merge(store)
        (overlay,) = find_overlays(store)
        facts = Facts(store, overlay)
        named = {facts.name(vt): [facts.prefix_text[at] for at in prefixes] for vt, prefixes in facts.prefixes.items()}
        assert named == {"204": ["10.42.0.0/24"], "205": ["10.42.2.0/24"], "206": ["10.42.1.0/24"]}
        assert facts.covers(overlay.members[0], "neighbour") is True
        assert facts.covers(overlay.members[1], "neighbour") is None
