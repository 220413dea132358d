"""Each link of the chain, on the sample of a real cluster with one entry damaged."""

import pytest

from podpath.state.finding import Severity, Status
from tests.checks.overlay.mesh.clusters import damaged, judged, statuses, texts

HEALTHY = {
    ("204", "205"): "proven", ("204", "206"): "proven", ("205", "204"): "unknown", ("205", "206"): "unknown",
    ("206", "204"): "unknown", ("206", "205"): "unknown",
}  # fmt: skip


def test_the_sample_proves_two_pairs_and_guesses_none() -> None:
    """Where the tables are there the chain is proven, elsewhere it is unknown; nothing is wrong."""
    report = judged(texts())
    assert statuses(report) == HEALTHY
    assert [f for f in report.findings if f.severity is not Severity.INFO] == []


def test_what_could_not_be_compared_is_said_with_its_command() -> None:
    """VNI and port are not in the sample."""
    report = judged(texts())
    proven = [pair for pair in report.overlays[0].pairs if pair.status is Status.PROVEN]
    assert {(item.what, item.command) for pair in proven for item in pair.not_compared} == {
        ("VNI", "ip -d link show flannel.1"), ("UDP port", "ip -d link show flannel.1"),
    }  # fmt: skip


def test_what_is_missing_is_asked_of_the_right_nodes() -> None:
    """The two commands that would complete the four unknown pairs."""
    report = judged(texts())
    wanted = {(u.node, u.command) for u in report.unknowns if "mesh flannel.1" in u.blocks}
    for node in ("192.168.200.205", "192.168.200.206"):
        assert (node, "ip neigh show dev flannel.1") in wanted
        assert (node, "bridge fdb show dev flannel.1") in wanted
    assert not any(node == "192.168.200.204" and command.startswith(("ip neigh", "bridge fdb")) for node, command in wanted)


MAC204, MAC206 = "ee:2c:05:d1:29:00", "82:ce:7c:3e:91:36"
CASES = [
    # damage, node, pattern, replacement, check, evidence file, evidence line number, part of the mend
    ("the neighbour's MAC", "204", rf"10.42.1.0 lladdr {MAC206}", "10.42.1.0 lladdr 82:ce:7c:3e:91:37", "neighbour-wrong-mac",
     "204", 26, f"ip neigh replace 10.42.1.0 lladdr {MAC206} dev flannel.1"),
    ("the neighbour's address", "204", r"^10.42.1.0 lladdr", "10.42.9.0 lladdr", "vtep-neigh-or-fdb-missing", "204", 25,
     f"ip neigh replace 10.42.1.0 lladdr {MAC206}"),
    ("the neighbour missing", "204", r"^10.42.1.0 lladdr.*\n", "", "vtep-neigh-or-fdb-missing", "204", 25,
     f"ip neigh replace 10.42.1.0 lladdr {MAC206}"),
    ("the neighbour failed", "204", r"^10.42.1.0 lladdr.*$", "10.42.1.0  FAILED", "vtep-neigh-or-fdb-missing", "204", 26,
     f"ip neigh replace 10.42.1.0 lladdr {MAC206}"),
    ("the forwarding entry's MAC", "204", rf"^{MAC206} dev", "82:ce:7c:3e:91:37 dev", "fdb-wrong-mac", "204", 29,
     f"bridge fdb replace {MAC206} dev flannel.1 dst 192.168.200.206"),
    ("the forwarding entry's address", "204", r"dst 192.168.200.206", "dst 192.168.200.209", "fdb-stale-vtep-ip", "204", 29,
     f"bridge fdb replace {MAC206} dev flannel.1 dst 192.168.200.206"),
    ("the forwarding entry to another node", "204", r"dst 192.168.200.206", "dst 192.168.200.205", "fdb-stale-vtep-ip", "204", 29,
     f"bridge fdb replace {MAC206} dev flannel.1 dst 192.168.200.206"),
    ("the forwarding entry missing", "204", rf"^{MAC206} dev.*\n", "", "vtep-neigh-or-fdb-missing", "204", 29,
     f"bridge fdb replace {MAC206} dev flannel.1 dst 192.168.200.206"),
    ("the route missing", "204", r"^10.42.1.0 .*flannel.1\n", "", "peer-route-missing", "204", 14,
     "ip route replace 10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink"),
    ("the route missing where only routes are known", "205", r"^10.42.1.0 .*\n", "", "peer-route-missing", "205", 14,
     "ip route replace 10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink"),
    ("the next hop of another node", "206", r"^10.42.2.0       10.42.2.0 ", "10.42.2.0       10.42.0.0 ", "route-wrong-next-hop",
     "206", 22, "ip route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink"),
    ("the next hop of nobody", "204", r"^10.42.2.0       10.42.2.0 ", "10.42.2.0       10.42.9.0 ", "route-wrong-next-hop",
     "204", 20, "ip route replace 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink"),
    ("the route's device", "205", r"^(10.42.1.0 .*) flannel.1$", r"\1 ens33", "route-wrong-device", "205", 16,
     "ip route replace 10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink"),
    ("the device's MAC", "206", rf"ether {MAC206}", "ether 5e:89:db:49:c6:a4", "vtep-mac-mismatch", "206", 5,
     "ip neigh replace 10.42.1.0 lladdr 5e:89:db:49:c6:a4 dev flannel.1"),
    ("the device's address", "206", r"inet 10.42.1.0 ", "inet 10.42.7.0 ", "vtep-address-mismatch", "206", 3, "ip address show"),
    ("the device down", "206", r"<UP,BROADCAST,RUNNING,MULTICAST>", "<BROADCAST,MULTICAST>", "device-down", "206", 2,
     "ip link set flannel.1 up"),
]  # fmt: skip


@pytest.mark.few(6)
@pytest.mark.parametrize(
    ("node", "pattern", "replacement", "check", "file", "line", "mend"),
    [c[1:] for c in CASES],
    ids=[c[0] for c in CASES],
)
def test_one_damaged_entry_is_named_with_its_line_and_its_mend(
    node: str, pattern: str, replacement: str, check: str, file: str, line: int, mend: str
) -> None:
    """The one error is the damage; its line is evidence, and the mend would undo it."""
    report = judged(damaged(node, pattern, replacement))
    errors = [f for f in report.findings if f.severity is Severity.ERROR]
    assert [f.check for f in errors] == [check]
    assert (f"192.168.200.{file}.txt", line) in [(e.file, e.file_line) for e in errors[0].evidence]
    assert any(mend in text for text in errors[0].fix_lines), errors[0].fix_lines


@pytest.mark.parametrize("table", ["neighbours", "forwarding entries", "routes", "files"])
def test_two_nodes_swapped_are_two_wrong_entries(table: str) -> None:
    """Both are named, each with the right value in its mend."""
    files = texts()
    if table == "files":
        files["205"], files["206"] = files["206"], files["205"]
    else:
        one, other = {
            "neighbours": (f"10.42.1.0 lladdr {MAC206}", "10.42.2.0 lladdr 9e:71:24:0e:77:87"),
            "forwarding entries": ("dst 192.168.200.206", "dst 192.168.200.205"),
            "routes": ("10.42.1.0       10.42.1.0 ", "10.42.2.0       10.42.2.0 "),
        }[table]
        swap = {
            "neighbours": ("10.42.1.0 lladdr 9e:71:24:0e:77:87", f"10.42.2.0 lladdr {MAC206}"),
            "forwarding entries": (other, one),
            "routes": ("10.42.1.0       10.42.2.0 ", "10.42.2.0       10.42.1.0 "),
        }[table]
        files["204"] = files["204"].replace(one, "\0").replace(other, swap[1]).replace("\0", swap[0])
    report = judged(files)
    expected = {"neighbours": "neighbour-wrong-mac", "routes": "route-wrong-next-hop"}.get(table, "fdb-stale-vtep-ip")
    errors = [f for f in report.findings if f.severity is Severity.ERROR]
    assert [f.check for f in errors] == [expected] * 2
    assert statuses(report)["204", "205"] == statuses(report)["204", "206"] == "broken"


def test_one_transcript_with_headings_gives_the_same_as_three_files() -> None:
    """Headings in Chinese, prose in between."""
    text = "三台机器之间容器不通,输出如下。\n"
    for name, content in texts().items():
        text += f"\n### 节点 192.168.200.{name} 的输出:\n{content}"
    one, three = judged({"all": text}), judged(texts())
    assert statuses(one) == statuses(three) == HEALTHY
    assert one.nodes == three.nodes
    assert one.findings == three.findings
    assert [(u.node, u.missing, u.command) for u in one.unknowns] == [(u.node, u.missing, u.command) for u in three.unknowns]


def test_a_missing_line_of_a_filtered_table_is_unknown() -> None:
    """After `| grep` silence means nothing."""
    files = damaged("204", r"^10.42.1.0 lladdr.*\n", "")
    files["204"] = files["204"].replace("ip neigh show dev flannel.1", "ip neigh show dev flannel.1 | grep 10.42.2")
    report = judged(files)
    assert [f for f in report.findings if f.severity is Severity.ERROR] == []
    assert statuses(report)["204", "206"] == "unknown"


def test_a_peer_that_was_not_captured_is_unknown_but_its_missing_entry_is_not() -> None:
    """One node's text alone shows what that node lacks."""
    whole = judged({"204": texts()["204"]})
    assert statuses(whole) == {("204", "205"): "unknown", ("204", "206"): "unknown"}
    assert [f for f in whole.findings if f.severity is Severity.ERROR] == []
    broken = judged({"204": damaged("204", rf"^{MAC206} dev.*\n", "")["204"]})
    assert [f.check for f in broken.findings if f.severity is Severity.ERROR] == ["vtep-neigh-or-fdb-missing"]


def flannel6(at: int, peer: int, tables: str) -> str:
    """Return a node with an overlay over and for IPv6, and what its tables print."""
    return (f"$ ip -d addr\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n"
            f"    link/ether 02:00:00:00:02:0{at} brd ff:ff:ff:ff:ff:ff\n    inet6 fd00:70::{at}/64 scope global\n"
            f"5: flannel-v6.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1430 state UNKNOWN\n"
            f"    link/ether 02:00:00:00:03:0{at} brd ff:ff:ff:ff:ff:ff\n"
            f"    vxlan id 1 local fd00:70::{at} dev eth0 dstport 8472 nolearning\n    inet6 fd00:50:{at}::/128 scope global\n"
            f"6: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1430 state UP\n"
            f"    link/ether 02:00:00:00:04:0{at} brd ff:ff:ff:ff:ff:ff\n    inet6 fd00:50:{at}::1/64 scope global\n"
            + tables.format(at=at, peer=peer))  # fmt: skip


ROUTE6 = "$ ip -6 route\nfd00:50:{at}::/64 dev cni0\nfd00:50:{peer}::/64 via fd00:50:{peer}:: dev flannel-v6.1 onlink\n"
FDB6 = "$ bridge fdb show\n02:00:00:00:03:0{peer} dev flannel-v6.1 dst fd00:70::{peer} self permanent\n"
NEIGH6 = "$ ip neigh\nfd00:50:{peer}:: dev flannel-v6.1 lladdr 02:00:00:00:03:0{peer} PERMANENT\n"


def test_an_ipv6_overlay_is_proven() -> None:
    """Both the pods and the nodes have IPv6."""
    report = judged({"n1": flannel6(1, 2, ROUTE6 + FDB6 + NEIGH6), "n2": flannel6(2, 1, ROUTE6 + FDB6 + NEIGH6)})
    assert [(o.proven, o.broken, o.unknown) for o in report.overlays] == [(2, 0, 0)]
    assert [f for f in report.findings if f.severity is Severity.ERROR] == []


def test_a_table_of_ipv4_says_nothing_of_ipv6() -> None:
    """`arp -n` and `route -n` cannot show the entries that they lack."""
    arp = "$ arp -n\nAddress                  HWtype  HWaddress           Flags Mask            Iface\n"
    arp += "192.168.1.1              ether   02:00:00:00:09:01   C                     eth0\n"
    route = "$ route -n\nKernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n"
    route += "0.0.0.0         192.168.1.1     0.0.0.0         UG    0      0        0 eth0\n"
    for tables in (ROUTE6 + FDB6 + arp, FDB6 + NEIGH6 + route):
        report = judged({"n1": flannel6(1, 2, tables), "n2": flannel6(2, 1, tables)})
        assert [(o.proven, o.broken, o.unknown) for o in report.overlays] == [(0, 0, 2)]
        assert [f for f in report.findings if f.severity is Severity.ERROR] == []


def test_a_forwarding_entry_with_a_port_of_its_own_is_to_blame_itself() -> None:
    """Not the peer, whose port is that of all others."""
    own = FDB6.replace("dst fd00:70::{peer}", "dst fd00:70::{peer} port 4789")
    report = judged({"n1": flannel6(1, 2, ROUTE6 + own + NEIGH6), "n2": flannel6(2, 1, ROUTE6 + FDB6 + NEIGH6)})
    (found,) = [f for f in report.findings if f.severity is Severity.ERROR]
    assert (found.check, found.node) == ("vxlan-port-mismatch", "n1")
    assert any("port 4789" in item.line for item in found.evidence)


def test_another_address_of_the_peer_than_its_tunnels_is_not_proven() -> None:
    """The sender's device is bound to one card; what is behind another may not be reached."""
    second = "$ ip -d addr show eth1\n3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n"
    second += "    link/ether 02:00:00:00:08:0{at} brd ff:ff:ff:ff:ff:ff\n    inet6 fd00:71::{at}/64 scope global\n"
    other = FDB6.replace("dst fd00:70", "dst fd00:71")
    report = judged({
        "n1": flannel6(1, 2, ROUTE6 + other + NEIGH6 + second), "n2": flannel6(2, 1, ROUTE6 + FDB6 + NEIGH6 + second),
    })  # fmt: skip
    assert statuses(report) == {("n1", "n2"): "unknown", ("n2", "n1"): "proven"}


def test_the_address_that_is_shown_is_that_of_the_tunnels_card() -> None:
    """Not the first address of the node, which may be its pod bridge's."""
    moved = flannel6(2, 1, ROUTE6 + FDB6 + NEIGH6).replace("inet6 fd00:70::2/64", "inet6 fd00:70::7/64")
    report = judged({"n1": flannel6(1, 2, ROUTE6 + FDB6 + NEIGH6), "n2": moved})
    assert [f.summary for f in report.findings if f.check == "wrong-underlay-interface"] == [
        "flannel-v6.1 on n2 sends from fd00:70::2, which n2 does not have (it has fd00:70::7)"
    ]


def test_a_route_without_a_device_is_shown_without_one() -> None:
    """A blackhole has none."""
    lost = ROUTE6.replace("fd00:50:{peer}::/64 via fd00:50:{peer}:: dev flannel-v6.1 onlink", "blackhole fd00:50:{peer}::/64")
    report = judged({"n1": flannel6(1, 2, lost + FDB6 + NEIGH6), "n2": flannel6(2, 1, ROUTE6 + FDB6 + NEIGH6)})
    assert [f for f in report.findings if "dev None" in f.summary] == []


def test_two_nodes_that_differ_are_one_finding() -> None:
    """As many nodes have either port: one of them is named."""
    moved = flannel6(2, 1, ROUTE6 + FDB6 + NEIGH6).replace("dstport 8472", "dstport 4789")
    report = judged({"n1": flannel6(1, 2, ROUTE6 + FDB6 + NEIGH6), "n2": moved})
    assert [(f.check, f.node) for f in report.findings if f.severity is Severity.ERROR] == [("vxlan-port-mismatch", "n1")]


def test_an_address_of_the_other_family_does_not_tell_where_a_tunnel_ends() -> None:
    """`ip route` shows a peer's IPv4 address; its entry is for one of IPv6, and nobody knows whether that is the peer's."""
    peer = "$ ip link show flannel-v6.1\n5: flannel-v6.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1430 state UNKNOWN\n"
    peer += "    link/ether 02:00:00:00:03:02 brd ff:ff:ff:ff:ff:ff\n"
    peer += "$ ip route\n192.168.70.0/24 dev eth0 proto kernel scope link src 192.168.70.2\n"
    report = judged({"n1": flannel6(1, 2, ROUTE6 + FDB6 + NEIGH6), "n2": peer})
    assert [f for f in report.findings if f.check == "fdb-stale-vtep-ip"] == []
