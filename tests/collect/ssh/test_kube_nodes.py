"""What `kubectl get nodes -o json` prints."""

import json

import pytest

from podpath.collect.files import InputError
from podpath.collect.ssh.kube_nodes import hosts


def node(name: str, **addresses: str) -> dict[str, object]:
    """Return a node as Kubernetes describes it."""
    listed = [{"type": kind, "address": address} for kind, address in addresses.items()]
    return {"kind": "Node", "metadata": {"name": name}, "status": {"addresses": listed}}


def test_each_node_is_reached_by_its_internal_address() -> None:
    """And called by its name; without an address the name must do."""
    items = [
        node("n1", ExternalIP="203.0.113.1", InternalIP="10.0.0.1", Hostname="n1"),
        node("n2", Hostname="n2.lan"),
        node("n3"),
    ]
    found = hosts(json.dumps({"kind": "NodeList", "items": items}), "nodes.json")
    assert [(host.name, host.target) for host in found] == [("n1", "10.0.0.1"), ("n2", "n2.lan"), ("n3", "n3")]
    assert [(host.name, host.target) for host in hosts(json.dumps(items[0]), "one.json")] == [("n1", "10.0.0.1")]


@pytest.mark.parametrize("text", ["{", "[]", '{"items": []}', '{"items": [{"kind": "Pod", "metadata": {}}]}', '{"items": [{}]}'])
def test_another_document_is_refused(text: str) -> None:
    """With the command that prints the right one, or where JSON ends."""
    with pytest.raises(InputError, match=r"^nodes\.json: "):
        hosts(text, "nodes.json")


def test_a_hostile_address_is_refused() -> None:
    """It would be a word of ssh's command line."""
    with pytest.raises(InputError, match="not the name or address"):
        hosts(json.dumps(node("n1", InternalIP="-oProxyCommand=reboot")), "nodes.json")
