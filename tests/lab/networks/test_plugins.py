"""Real CNI plugins."""

import json

from podpath.lab.compose import compose
from podpath.lab.load import load


def test_each_pod_is_one_call_of_the_plugin() -> None:
    """With the configuration that lies in /etc/cni/net.d, and its state inside the node."""
    node = compose(load("cni-bridge")).node("n2")
    assert [command["env"]["CNI_NETNS"] for command in node.commands] == ["/run/netns/p2", "/run/netns/p4"]
    conf = json.loads(node.commands[0]["text"])
    assert (conf["type"], conf["ipam"]["dataDir"]) == ("bridge", "/run/cni")
    listed = json.loads(node.files["cni/net.d/10-lab.conflist"])
    assert listed["plugins"][0]["ipam"] == conf["ipam"]
