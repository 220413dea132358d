"""One answer for everybody who asks what is plugged into what."""

from pathlib import Path

import pytest

from podpath.checks.engine.run import run_checks
from podpath.picture.graph import map_of, space_id
from podpath.picture.model import EdgeKind, Status
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.walk.cluster import Cluster, Port
from podpath.wiring.attachments import attachments
from podpath.wiring.wiring import Wiring

SAMPLES = Path(__file__).parents[2] / "samples"


def loaded(sample: str) -> Store:
    """Return a sample as a snapshot."""
    store = Store()
    for path in sorted((SAMPLES / sample).glob("*.txt")):
        load_text(store, path.name, path.stem, None, path.read_text(encoding="utf-8").splitlines())
    merge(store)
    link_up(store)
    return store


def agree(store: Store) -> set[tuple[str, str, str]]:
    """Compare the walk, the table of ``veth``, the checks, the map and the wiring, cable by cable; return the cables known."""
    wiring, cluster = Wiring(store), Cluster(store)
    pairs, lines, housed = set(), set(), set()
    for device in wiring.devices:
        cable = wiring.other(device)
        end = cluster.other_end(device.ns, cluster.netns(device.ns).links[device.link.name])
        known = cable.far if cable.known else None
        assert (known is not None) is isinstance(end, Port), (device, cable, end)
        if known is not None and isinstance(end, Port):
            assert (known.ns, known.link.name) == (end.ns, end.link.row.name)
            if wiring.may_be_veth(device) and wiring.spaces[device.ns].kind != "host" and known.ns != device.ns:
                pairs.add((wiring.spaces[device.ns].label, device.link.name, known.link.name))
                lines.add(frozenset(identifier(wiring, one.ns, one.link.name) for one in (device, known)))
                if wiring.spaces[known.ns].kind == "host":
                    housed.add((known.ns, known.link.name, device.ns, device.link.name))
    told = {
        (row.netns, row.interface, row.outside) for row in attachments(store) if row.status.value != "unknown" and row.outside
    }
    assert pairs <= told
    cables = [edge for edge in map_of(store).edges if edge.kind is EdgeKind.CABLE and edge.status is not Status.UNKNOWN]
    assert lines <= {frozenset((edge.source, edge.target)) for edge in cables}
    run_checks(store)
    assert housed == set(store.raw("SELECT host_ns, host_dev, ns, dev FROM cable"))
    return pairs


def identifier(wiring: Wiring, ns: int, dev: str) -> str:
    """Return what the map calls a device."""
    space = wiring.spaces[ns]
    return f"{space_id(space.node_name, space.label)}/{dev}"


@pytest.mark.parametrize(("sample", "cables"), [("broken-tunnel", 2), ("docker-host", 0), ("three-node-canal", 0)])
def test_samples_are_wired_alike_for_everybody(sample: str, cables: int) -> None:
    """`trace`, `veth`, checks and the map."""
    with loaded(sample) as store:
        assert len(agree(store)) >= cables


def test_both_cables_of_the_broken_tunnel_are_known() -> None:
    """The trace had paired the second one, and `veth` and the map had called it unknown."""
    with loaded("broken-tunnel") as store:
        found = {(row.node, row.container, row.interface, row.outside, row.status.value) for row in attachments(store)}
    assert ("n2", "p2", "eth0", "veth6154e53f", "proven") in found
    assert ("n1", "p1", "eth0", "vethadedb440", "proven") in found
