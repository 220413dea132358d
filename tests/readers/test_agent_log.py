"""Lines of logs that say why a pod has no network, or a node no rules (kubelet, containerd, kube-proxy)."""

# ruff: noqa: E501 - lines as they are logged

import pytest

from podpath.readers.agent_log import READER
from podpath.readers.log_lines import is_log
from podpath.readers.registry import reader_of_line
from podpath.state.agent_log import AgentMessage
from tests.readers.helper import rows

KUBELET = r"""May 16 10:00:05 n2 kubelet[4344]: E0516 10:00:05.101503    4344 pod_workers.go:1300] "Error syncing pod, skipping" err="failed to \"CreatePodSandbox\" for \"web-1_shop(3ad5aebc-d946-11e7-a964-02b983f0a4db)\" with CreatePodSandboxError: \"Failed to create sandbox for pod \\\"web-1_shop(3ad5aebc-d946-11e7-a964-02b983f0a4db)\\\": rpc error: code = Unknown desc = failed to setup network for sandbox \\\"abc\\\": plugin type=\\\"bridge\\\" failed (add): failed to set bridge addr: \\\"cni0\\\" already has an IP address different from 10.42.1.1/24\"" pod="shop/web-1" podUID="x"
"""
CONTAINERD = r"""time="2024-05-16T10:00:05.1Z" level=error msg="RunPodSandbox for &PodSandboxMetadata{Name:web-1,Uid:3ad5aebc,Namespace:shop,Attempt:0,} failed, error" error="failed to setup network for sandbox \"abc\": plugin type=\"loopback\" failed (add): failed to find plugin \"loopback\" in path [/opt/cni/bin]"
"""
PROXY = """\
I0516 10:00:00.123456       1 server_linux.go:69] "Using iptables proxy"
E0516 10:00:05.523456       1 proxier.go:1546] "Failed to execute iptables-restore" err="exit status 1 (iptables-restore: line 86 failed)"
I0516 10:00:05.623456       1 proxier.go:853] "Sync failed" retryingTime="30s"
"""
OLD = "E0627 09:28:54.054930       1 proxier.go:1598] Failed to execute iptables-restore: exit status 1 (iptables-restore: line 86 failed)\n"
NFT = 'E0627 09:28:54.054930       1 proxier.go:1880] "nftables sync failed" err="/dev/stdin:1:1-2: Error: Could not process rule"\n'


def test_a_kubelet_names_the_pod_and_the_plugin_the_reason() -> None:
    """Syslog names the machine."""
    assert rows(READER, "", KUBELET) == [AgentMessage("bridge-address", 1, "shop", "web-1", "n2", "cni0", "10.42.1.1/24")]


def test_containerd_names_the_pod_in_its_metadata() -> None:
    """It logs the same failure once more."""
    assert rows(READER, "", CONTAINERD) == [AgentMessage("plugin-missing", 1, "shop", "web-1", words="loopback")]


@pytest.mark.parametrize(("text", "times"), [(PROXY, 2), (OLD, 1), (NFT, 1)])
def test_kube_proxy_says_that_it_could_not_write(text: str, times: int) -> None:
    """In the words of each mode, and of older versions."""
    assert rows(READER, "", text) == [AgentMessage("rules-not-written", times)]


def test_a_kube_proxy_that_starts_again_has_not_failed_yet() -> None:
    """The new process writes all of its rules."""
    assert rows(READER, "", f'{PROXY}I0516 10:00:36.000001       1 server_linux.go:69] "Using iptables proxy"\n') == []


DONE = 'I0516 10:00:36.000001       1 proxier.go:800] "SyncProxyRules complete" {}elapsed="12ms"\n'
V4 = PROXY.replace('restore" err', 'restore" ipFamily="IPv4" err').replace('failed" retry', 'failed" ipFamily="IPv4" retry')


@pytest.mark.parametrize(
    ("text", "failures"),
    [
        (V4 + DONE.format('ipFamily="IPv4" '), 2),
        (V4 + DONE.format('ipFamily="IPv4" ') + DONE.format('ipFamily="IPv6" '), 2),
        (V4 + DONE.format('ipFamily="IPv4" ') * 2, 0),
        (PROXY + DONE.format("") * 2, 2),
        (PROXY + DONE.format("") * 3, 0),
    ],
    ids=["the same sync", "the other family", "the next sync", "perhaps the other family", "both families"],
)
def test_a_later_sync_writes_the_rules(text: str, failures: int) -> None:
    """The end of a sync is logged also if it has failed (proxier.go defers the line)."""
    assert rows(READER, "", text) == [AgentMessage("rules-not-written", failures)] * bool(failures)


def test_a_sync_of_another_node_writes_no_rules_here() -> None:
    """``kubectl logs --prefix -l k8s-app=kube-proxy`` prints the logs of all nodes."""
    ours, theirs = "[pod/kube-proxy-aaaaa/kube-proxy] ", "[pod/kube-proxy-bbbbb/kube-proxy] "
    text = ours + OLD + (theirs + DONE.format("")) * 3 + ours + DONE.format("")
    assert rows(READER, "", text) == [AgentMessage("rules-not-written", 1)]


NOT_READY = """\
May 16 10:00:05 n2 kubelet[4344]: E0516 10:00:05.101503    4344 kubelet.go:2855] "Container runtime network not ready" networkReady="NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"
"""
LATER = (
    'May 16 {0} n2 kubelet[4344]: I0516 {0}.101503    4344 pod_startup_latency_tracker.go:104] "Observed pod startup duration"\n'
)


@pytest.mark.parametrize(("time", "holds"), [("10:00:09", 1), ("10:02:00", 0), ("23:59:59", 0)])
def test_a_kubelet_whose_log_goes_on_has_found_the_network_ready(time: str, holds: int) -> None:
    """It repeats the message every five seconds; each new node starts with it."""
    expected = [AgentMessage("network-not-configured", host="n2")] * holds
    assert rows(READER, "", NOT_READY + LATER.format(time)) == expected


def test_a_log_of_another_node_makes_no_network_ready() -> None:
    """Each machine has its own kubelet."""
    other = LATER.format("10:02:00").replace(" n2 ", " n3 ")
    assert rows(READER, "", NOT_READY + other) == [AgentMessage("network-not-configured", host="n2")]


@pytest.mark.parametrize("line", [KUBELET, CONTAINERD, OLD, NFT])
def test_such_lines_are_found_in_a_log(line: str) -> None:
    """Others are passed over in blocks."""
    assert not is_log(line.rstrip("\n"))
    assert reader_of_line(line.rstrip("\n")) is READER
