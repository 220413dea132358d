"""Texts as people paste them, one case for each way in which they were misread."""

import pytest

from podpath.picture.graph import map_of
from podpath.picture.model import EdgeKind, Role
from podpath.picture.model import Status as Drawn
from podpath.state.finding import Severity, Status
from podpath.walk.cluster import Cluster
from podpath.wiring.attachments import attachments
from tests.pasted.report import opened, placed, proven, reported, said, unknowns
from tests.walk.pasted import trace


def test_an_unknown_next_hop_may_be_the_node_itself() -> None:
    """A control plane without pods has no route to its own block, and no captured address says which block that is."""
    report = reported("01-own-block-taken-for-missing-peer")
    assert said(report) == set()
    assert "ip address show dev flannel.1" in unknowns(report)


@pytest.mark.parametrize("name", ["a-node-n", "b-bare", "c-chinese", "d-enumerated", "e-control"])
def test_headings_as_people_write_them_part_two_nodes(name: str) -> None:
    """The fault between them is found, and nothing is called contradicting."""
    report = reported("02-headings-not-seen-nodes-merged", f"{name}.txt")
    assert len(report.nodes) == 2
    assert said(report) == {("vtep-mac-mismatch", "proven")}


@pytest.mark.parametrize("name", ["f-false-alarm", "g-details"])
def test_two_healthy_machines_stay_healthy(name: str) -> None:
    """Each below its heading."""
    report = reported("02-headings-not-seen-nodes-merged", f"{name}.txt")
    assert len(report.nodes) == 2
    assert said(report) == set()


@pytest.mark.parametrize(
    ("case", "place"), [("03-inside-the-container-heading", "container a container"), ("04-docker-compose-exec", "container web")]
)
def test_what_is_inside_a_container_is_not_the_hosts(case: str, place: str) -> None:
    """Told by a heading, or by the command that entered it."""
    assert said(reported(case)) == set()
    with opened(case) as store:
        assert {where for where, _ in placed(store, "route")} == {"all", f"all {place}"}


def test_a_lone_hash_ends_the_shell_of_a_container() -> None:
    """`# exit`, and a prompt of the outer style."""
    with opened("05-hash-prompt-inside-docker-exec") as store:
        assert store.raw("SELECT DISTINCT place(ns) FROM link") == [("all",)]
        assert store.raw("SELECT place(ns), dev FROM route WHERE dst_len = 0 ORDER BY ALL") == [
            ("all", "eth0"), ("all container web", "eth0"),
        ]  # fmt: skip
    assert said(reported("05-hash-prompt-inside-docker-exec")) == set()


def test_an_answer_of_the_kernel_is_no_route() -> None:
    """`ip route get` covers nothing."""
    with opened("06-route-get-read-as-table") as store:
        assert "n1" not in {where for where, _ in placed(store, "route")}
    assert said(reported("06-route-get-read-as-table")) == set()


def test_of_equal_routes_the_older_one_wins() -> None:
    """The kernel's own route is appended behind it (fib_magic)."""
    assert said(reported("07-equal-metric-route-before-own-bridge")) == {("stale-route-shadows-cni0", "proven")}


def test_rules_of_iptables_s_are_searched() -> None:
    """They are those of iptables-save."""
    report = reported("08-iptables-S-not-searched")
    assert {found.check for found in report.findings} == {"iptables-tool-version-bug", "service-no-endpoints"}


def test_a_listing_is_followed() -> None:
    """With -n -v it shows all that a rule asks."""
    assert said(reported("09-iptables-L-called-not-iptables-output", "n1.txt")) == {("forward-policy-drop", "proven")}
    report = reported("09-iptables-L-called-not-iptables-output", "only-listing.txt")
    assert said(report) == set()
    assert "iptables-save -c" in unknowns(report)


def test_a_cable_without_a_bridge_is_told_where_no_route_was_seen() -> None:
    """By check and veth alike, and neither claims that there is no route."""
    case = "10-veth-without-master-check-silent"
    assert said(reported(case)) == {("port-without-bridge", "likely")}
    with opened(case) as store:
        (row,) = [row for row in attachments(store) if row.container == "4242"]
    assert (row.status, row.command) == (Status.UNKNOWN, "ip route show dev veth0a1b2c3d")


def test_each_command_of_a_hint_runs_in_its_namespace() -> None:
    """Not the first alone."""
    with opened("11-run-hint-prefix-first-command-only") as store:
        told = trace(Cluster(store), "10.244.1.5", "10.244.1.1")
    commands = [part for item in told.unknowns for part in item.command.split("; ")]
    assert commands
    assert all(part.startswith("nsenter -t 4242 -n ") for part in commands)


def test_a_command_of_the_host_shows_that_the_inner_shell_has_ended() -> None:
    """Nobody pastes its exit."""
    with opened("12-nested-wrapper-after-nsenter-shell") as store:
        assert store.raw("SELECT DISTINCT place(ns) FROM link WHERE name IN ('cni0', 'veth0a1b2c3d')") == [("all",)]


def test_prose_names_no_node() -> None:
    """`On the same node:` changes nothing."""
    assert "same" not in reported("13-prose-becomes-a-node").nodes


def test_a_host_may_be_called_like_the_beginning_of_a_device() -> None:
    """A device's name has a number, and nothing else."""
    report = reported("14-host-names-that-start-like-devices")
    assert set(report.nodes) == {"london-1", "broker-2"}
    assert said(report) == set()


@pytest.mark.parametrize("name", ["indented.txt", "quoted.txt"])
def test_what_stands_before_each_line_of_a_block_is_taken_off(name: str) -> None:
    """An indent, or the marks of a quotation."""
    report = reported("15-indented-and-quoted-blocks", name)
    assert said(report) == {("vtep-mac-mismatch", "proven")}
    assert report.unread == ()


def test_a_cloned_machine_id_is_mended_first() -> None:
    """Else udev makes the same MAC again."""
    report = reported("16-cloned-vtep-mac-mend")
    (found,) = [found for found in report.findings if found.check == "mac-on-two-nodes"]
    assert "machine-id" in found.fix_lines[0]
    assert any("ip link delete flannel.1" in line for line in found.fix_lines[1:])


def test_nodes_that_disagree_on_a_mac_are_told() -> None:
    """At most one of them is right."""
    assert said(reported("17-nodes-disagree-on-vtep-mac")) == {("nodes-disagree-on-vtep-mac", "likely")}


def test_a_remark_behind_a_line_takes_nothing_away() -> None:
    """The line is read without it, and shown with it."""
    report = reported("18-annotated-line-lost")
    assert report.unread == ()
    with opened("18-annotated-line-lost") as store:
        assert store.raw("SELECT DISTINCT complete FROM coverage") == [("yes",)]
        assert store.query("SELECT via FROM route WHERE dst = ip4('10.244.3.0')").rows == [("192.0.2.3",)]
        assert store.raw("SELECT state FROM neighbour") == [("PERMANENT",)]


def test_rules_end_where_the_block_ends() -> None:
    """What follows in another block is its own."""
    with opened("19-output-after-iptables-swallowed") as store:
        assert store.raw("SELECT name FROM link ORDER BY ifindex") == [("eth0",), ("docker0",)]


@pytest.mark.parametrize(("name", "nodes"), [("all.txt", {"kube-master", "kube-slave"}), ("b.txt", {"VM1", "VM2"})])
def test_prompts_of_less_usual_shells_part_two_nodes(name: str, nodes: set[str]) -> None:
    """`host dir #`, `VM1#`."""
    report = reported("20-prompts-not-seen", name)
    assert set(report.nodes) == nodes
    assert said(report) == set()


def test_a_later_output_replaces_the_earlier() -> None:
    """And the report says so."""
    report = reported("21-proven-on-contradicted-row")
    assert said(report) == set()
    assert said(report, Severity.INFO) == {("output-replaced", "proven")}


def test_a_table_whose_headings_a_filter_took_is_read() -> None:
    """So are the annotations of nodes."""
    with opened("22-kubectl-through-grep") as store:
        assert store.query("SELECT name, node, address FROM pod ORDER BY name").rows == [
            ("web-1", "node1", "10.244.1.5"), ("web-2", "node2", "10.244.2.5"),
        ]  # fmt: skip
        assert store.query("SELECT public_ip, vtep_mac FROM kube_node ORDER BY ALL").rows == [
            ("192.0.2.1", "02:00:5e:00:53:77"), ("192.0.2.2", "02:00:5e:00:53:77"),
        ]  # fmt: skip


def test_a_node_goes_by_the_name_of_its_prompt_too() -> None:
    """Beside that of its heading."""
    with opened("23-host-name-of-prompt-no-alias") as store:
        told = trace(Cluster(store), "node:k3s-master", "192.0.2.2")
    assert told.source == "node:k3s-master"


def test_a_key_with_an_address_is_no_heading() -> None:
    """What follows stays the node's, and the fault is found."""
    report = reported("24-key-colon-address-becomes-a-node")
    assert len(report.nodes) == 1
    assert said(report) == {("forward-policy-drop", "proven")}


def test_a_sentence_and_the_tables_tell_whose_they_are() -> None:
    """Four pairs stay unknown, and nothing is found."""
    report = reported("25-prose-names-the-node")
    hosts = [f"192.168.200.{number}" for number in (204, 205, 206)]
    assert proven(report) == {(hosts[0], hosts[1]), (hosts[0], hosts[2])}
    assert report.findings == ()
    with opened("25-prose-names-the-node") as store:
        assert placed(store, "neighbour") == [(hosts[0], "stated")]


def test_a_blog_of_three_nodes_shows_sixteen_pods_on_the_map() -> None:
    """Each behind its cable, dashed; and the uplinks that only `route` names."""
    with opened("25-prose-names-the-node") as store:
        drawn = map_of(store)
    pods = [space for one in drawn.nodes for space in one.spaces if space.label]
    assert len(pods) == 16
    assert {item.name for one in drawn.nodes for item in one.host.interfaces if item.role is Role.UPLINK} == {"ens33"}
    assert {edge.status for edge in drawn.edges if edge.kind is EdgeKind.CABLE} == {Drawn.UNKNOWN}
