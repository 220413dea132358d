"""All checks over a snapshot."""

from pathlib import Path

import pytest

from podpath.checks.engine.run import run_checks
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.finding import Report
from tests.checks.overlay.mesh.clusters import damaged, judged, statuses, texts
from tests.checks.test_cases import load


def test_an_ignored_check_says_nothing() -> None:
    """Its finding is left out, the broken pair stays broken."""
    with Store() as store:
        for name, text in damaged("204", "dst 192.168.200.206", "dst 192.168.200.205").items():
            load_text(store, f"{name}.txt", f"192.168.200.{name}", None, text.splitlines())
        merge(store)
        link_up(store)
        report = run_checks(store, ["fdb-stale-vtep-ip"])
    assert "fdb-stale-vtep-ip" not in {finding.check for finding in report.findings}


def test_what_a_check_waits_for_is_unknown_on_the_nodes_where_it_was_not_seen() -> None:
    """With the command that shows it, and the names of the checks that wait."""
    unknowns = {(u.node, u.command): u.blocks for u in judged(texts()).unknowns}
    assert "ip-forward-off" in unknowns["192.168.200.204", "sysctl net.ipv4.ip_forward"]


def with_more(text: str) -> Report:
    """Return the report of the sample with more output pasted on its first node."""
    files = texts()
    files["204"] += text
    return judged(files)


def test_filter_rules_are_not_passed_over_in_silence() -> None:
    """Where no packet could be put before them, what they do is not known, and the report says so."""
    report = with_more("\n$ iptables-save\n*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p udp -j DROP\nCOMMIT\n")
    (unknown,) = [u for u in report.unknowns if "filtering" in u.blocks]
    assert unknown.node == "192.168.200.204"
    assert "what its filter rules do to packets" in unknown.missing


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ("100:\tfrom all lookup 52", "unknown"),
        ("100:\tfrom all to 10.42.1.0/24 prohibit", "unknown"),
        ("100:\tfrom all to 10.99.0.0/16 prohibit", "proven"),
        ("100:\tfrom all fwmark 0x80000/0xff0000 lookup 52", "proven"),
        ("100:\tfrom all lookup main suppress_prefixlength 0", "proven"),
    ],
)
def test_a_rule_that_may_decide_before_the_main_table_leaves_the_pair_unknown(rule: str, status: str) -> None:
    """What the main table says is proven only where nothing is asked before it; marks are another matter."""
    report = with_more(
        f"\n$ ip rule\n0:\tfrom all lookup local\n{rule}\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n"
    )
    assert statuses(report)["204", "206"] == status


def test_a_table_that_was_seen_and_holds_nothing_of_the_kind_decides_nothing() -> None:
    """Then the rule before main is harmless."""
    report = with_more(
        "\n$ ip rule\n100:\tfrom all lookup 52\n32766:\tfrom all lookup main\n\n$ ip route show table 52\n10.99.0.0/16 dev tun0\n"
    )
    assert statuses(report)["204", "206"] == "proven"


OBJECTS = (
    '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service",'
    ' "metadata": {"name": "web", "namespace": "default"}, "spec": {"clusterIP": "10.96.0.10", "ports": [{"port": 80}]}}]}'
)


@pytest.mark.parametrize(("files", "nodes"), [({"n1": "# ip rule\n0: from all lookup local\n", "objects": OBJECTS}, ("n1",)),
                                              ({"objects": OBJECTS}, ("objects",))])  # fmt: skip
def test_a_file_of_objects_alone_is_no_node(files: dict[str, str], nodes: tuple[str, ...]) -> None:
    """Nothing is unknown about it; where nothing else was given, everything is."""
    with Store() as store:
        for name, text in files.items():
            load_text(store, name, name, None, text.splitlines())
        merge(store)
        link_up(store)
        report = run_checks(store)
    assert report.nodes == nodes
    assert {unknown.node for unknown in report.unknowns} == set(nodes)


def test_objects_alone_are_no_node() -> None:
    """The nodes that they name are asked for, and what waits for them is named."""
    text = (Path(__file__).parents[3] / "samples" / "network-policy" / "objects.txt").read_text(encoding="utf-8")
    with load({"objects.txt": text}) as store:
        report = run_checks(store)
    assert report.nodes == ()
    assert {one.node for one in report.unknowns} == {"n1", "n2", "n3"}
    assert all(one.command == f"podpath collect --ssh {one.node}" and one.blocks for one in report.unknowns)
