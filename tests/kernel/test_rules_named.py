"""Faults of the lab that live in rules, in tables of connections and in ranges of ports: `check` names each at its node.

The lab shares no code with what judges it here; a healthy lab is silent before each fault, and after it was mended.
"""

import pytest

from podpath import lab
from podpath.checks.engine.run import run_checks
from podpath.lab.client import LabError
from podpath.lab.faults import run
from podpath.snapshot.link_up import link_up
from podpath.snapshot.merge import merge
from podpath.state.finding import Finding
from tests.walk.clusters import Inhabited

FAULTS = {
    "kube-proxy-iptables": (
        "brnf-filters-unrelated-bridge", "docker28-direct-routing-drop", "ephemeral-ports-exhausted",
        "firewall-reload-wiped-rules",
        "forward-policy-drop", "hairpin-off", "host-firewall-rejects-pods", "iptables-legacy-nft-mix", "ipvs-vip-equals-node-ip",
        "kube-proxy-stale-rules", "masquerade-missing", "rule-never-reached",
        "service-rules-missing", "snat-port-exhaustion", "tunnel-port-blocked",
    ),
    "kube-proxy-nftables": ("masquerade-missing", "service-rules-missing"),
    "network-policy": ("felix-endpoint-not-programmed", "source-ip-masqueraded"),
    "docker": ("hostport-stale-dnat",),
    "canal": ("calico-encap-source-not-allowed",),
}  # fmt: skip


def found(spaces: Inhabited) -> list[Finding]:
    """Return what `check` says of the lab's nodes; the host outside is none of them."""
    with spaces.capture() as store:
        merge(store)
        link_up(store)
        return [one for one in run_checks(store).findings if one.node != "ext"]


@pytest.mark.root
@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("topology", FAULTS)
def test_each_fault_is_named_at_its_node(topology: str) -> None:
    """By the check that has its name."""
    try:
        cluster = lab.cluster(topology)
    except LabError as error:
        pytest.skip(str(error))
    with cluster, Inhabited(cluster) as spaces:
        assert found(spaces) == []
        for fault in FAULTS[topology]:
            broken = run.inject(cluster, fault)
            told = {(one.check, one.node) for one in found(spaces)}
            assert (fault, broken.node) in told, (fault, broken, told)
            run.mend(cluster)
        assert found(spaces) == []
