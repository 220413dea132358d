"""The host of the real etcd."""

import json

from podpath.lab.compose import compose
from podpath.lab.load import load


def test_the_store_holds_the_configuration_of_flannel() -> None:
    """Where flanneld looks for it."""
    host = compose(load("flannel-real")).node("cp")
    assert host.commands[0]["argv"][:1] == ["real:etcd"]
    assert host.commands[1]["argv"][-1] == "/coreos.com/network/config"
    assert json.loads(host.commands[1]["text"])["Network"] == "10.244.0.0/16"
    assert host.facts["role"] == "the store: etcd"
