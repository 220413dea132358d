"""One line for each node, which would tell what a trace leaves open."""

from podpath.report.what_to_run import what_to_run, without_repeats
from podpath.state.evidence import Unknown


def unknown(node: str, command: str) -> Unknown:
    """Return something that is open on a node."""
    return Unknown(node, "something", command, ("trace",))


def test_a_node_gets_one_line_with_each_command_once() -> None:
    """Settings of one place are asked for together, those of another namespace by themselves."""
    asked = [
        unknown("n1", "iptables-save -c; nft list ruleset"), unknown("n2", "ip rule show"),
        unknown("n1", "sysctl net.ipv4.ip_forward"), unknown("n1", "iptables-save -c"),
        unknown("n1", "sysctl net.ipv4.conf.eth0.rp_filter"), unknown("n1", "nsenter -t 42 -n sysctl net.ipv4.ip_forward"),
    ]  # fmt: skip
    assert what_to_run(asked) == {
        "n1": "iptables-save -c; nft list ruleset; sysctl net.ipv4.ip_forward net.ipv4.conf.eth0.rp_filter;"
        " nsenter -t 42 -n sysctl net.ipv4.ip_forward",
        "n2": "ip rule show",
    }


def test_no_command_is_wider_than_a_terminal() -> None:
    """Settings that do not fit one line are asked for by several commands."""
    names = [f"net.ipv4.conf.cali{number:011x}.forwarding" for number in range(5)]
    line = what_to_run([unknown("n1", f"sysctl {name}") for name in names])["n1"]
    assert " ".join(line.replace(";", "").replace("sysctl", "").split()) == " ".join(names)
    assert all(len(command) <= 72 for command in line.split("; "))


def test_what_cannot_be_typed_as_it_stands_is_left_out() -> None:
    """A node that nobody captured cannot be asked on another one."""
    assert what_to_run([unknown("n1", "podpath collect (on the node that has 192.0.2.9)"), unknown("n1", "")]) == {}


def test_what_another_command_shows_too_is_not_asked_for() -> None:
    """One device of a whole table, one table of all, one setting of all; other namespaces have their own."""
    asked = [
        unknown("n1", "ip -d link show flannel.1; ip -d link show; bridge fdb show dev flannel.1"),
        unknown("n1", "ip route show; ip route show table all; sysctl net.ipv4.ip_forward; sysctl -a; ip link show eth0"),
        unknown("n1", "nsenter -t 42 -n sysctl net.ipv4.ip_forward; iptables-save -t nat"),
    ]
    assert what_to_run(asked) == {
        "n1": "ip -d link show; bridge fdb show dev flannel.1; ip route show table all; sysctl -a; ip link show eth0;"
        " iptables-save -t nat; nsenter -t 42 -n sysctl net.ipv4.ip_forward"
    }


def test_a_line_that_holds_all_settings_asks_for_no_single_one() -> None:
    """A remark stays."""
    assert without_repeats("sysctl net.ipv4.ip_forward; sysctl -a; ip rule") == "sysctl -a; ip rule"
    assert without_repeats("podpath collect (on n1); sysctl -a; sysctl x") == "podpath collect (on n1); sysctl -a; sysctl x"
