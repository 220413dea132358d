"""Messages of network plugins, as their own sources write them and people report them."""

# ruff: noqa: E501 - messages as they are printed

import re

import pytest

from podpath.readers.agent_words import refused
from podpath.state.column import _PROBLEMS

SANDBOX = 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "a1": '
OLD = 'Failed create pod sandbox: rpc error: code = Unknown desc = NetworkPlugin cni failed to set up pod "web_default" network: '
MESSAGES = {
    f'{SANDBOX}plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory': "flannel-not-running",
    f"{OLD}open /run/flannel/subnet.env: no such file or directory": "flannel-not-running",
    f'{SANDBOX}plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory': "calico-not-running",
    f'{SANDBOX}plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized': "plugin-unauthorized",
    f'{SANDBOX}plugin type="cilium-cni" name="cilium" failed (add): unable to connect to Cilium agent: failed to create cilium agent client': "cilium-not-running",
    f'{SANDBOX}plugin type="weave-net" name="weave" failed (add): unable to allocate IP address: Post "http://127.0.0.1:6784/ip/dd80": dial tcp 127.0.0.1:6784: connect: connection refused': "weave-not-running",
    f'{SANDBOX}plugin type="bridge" failed (add): failed to set bridge addr: "cni0" already has an IP address different from 10.244.1.1/24': "bridge-address",
    f"{OLD}failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254": "addresses-used-up",
    f"{OLD}add cmd: failed to assign an IP address to container": "addresses-used-up",
    f'{SANDBOX}failed to find plugin "flannel" in path [/opt/cni/bin]': "plugin-missing",
    f'{SANDBOX}plugin type="bridge" name="kubernetes" failed (add): no IP ranges specified': "no-address-range",
    f'{SANDBOX}plugin type="multus" failed (add): Get "https://[10.96.0.1]:443/api/v1": dial tcp 10.96.0.1:443: i/o timeout': "api-unreachable",
    f'{SANDBOX}plugin type="gke" failed (add): container veth name provided (eth0) already exists': "network-setup-failed",
    "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:docker: network plugin is not ready: cni config uninitialized": "network-not-configured",
    "Container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized": "network-not-configured",
}  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES)
def test_each_reason_is_known(message: str) -> None:
    """By the words of the plugin that failed."""
    found = refused(message)
    assert found is not None
    assert found.problem == MESSAGES[message]


def test_every_problem_has_a_message() -> None:
    """Those that have none cannot happen."""
    assert set(MESSAGES.values()) | {"rules-not-written"} == set(re.split(r"\|", _PROBLEMS))


@pytest.mark.parametrize("message", [
    'Readiness probe failed: Get "http://10.0.0.5:80/": dial tcp 10.0.0.5:443: i/o timeout', "Back-off restarting failed container web",
    'Failed to pull image "x": dial tcp 192.0.2.1:443: i/o timeout', "MountVolume.SetUp failed for volume",
])  # fmt: skip
def test_other_failures_are_none(message: str) -> None:
    """Although some of their words are the same."""
    assert refused(message) is None
