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


@pytest.mark.parametrize(
    "later", ['proxier.go:800] "SyncProxyRules complete" elapsed="12ms"', 'server_linux.go:69] "Using iptables proxy"']
)
def test_what_was_written_later_takes_it_back(later: str) -> None:
    """So does a kube-proxy that begins anew."""
    assert rows(READER, "", f"{PROXY}I0516 10:00:36.000001       1 {later}\n") == []


@pytest.mark.parametrize("line", [KUBELET, CONTAINERD, OLD, NFT])
def test_such_lines_are_found_in_a_log(line: str) -> None:
    """Others are passed over in blocks."""
    assert not is_log(line.rstrip("\n"))
    assert reader_of_line(line.rstrip("\n")) is READER
