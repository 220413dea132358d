"""`/etc/cni/net.d`."""

from podpath.readers.cni_conf import READER
from podpath.readers.interface import Bad
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete, covers
from podpath.state.host import CniPlugin
from tests.readers.helper import complaints, json_rows, rows


def test_flannel() -> None:
    """What flannel hands on to another plugin counts as its own."""
    document = {
        "name": "cbr0", "cniVersion": "0.3.1",
        "plugins": [
            {"type": "flannel", "delegate": {"hairpinMode": True, "isDefaultGateway": True}},
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ],
    }  # fmt: skip
    assert json_rows(READER, document) == [
        CniPlugin("cbr0", 0, "flannel", hairpin=True, is_gateway=True), CniPlugin("cbr0", 1, "portmap"),
    ]  # fmt: skip


def test_bridge_alone() -> None:
    """A lone plugin is a chain of one; its subnet stands in its IPAM part."""
    document = {
        "cniVersion": "1.0.0", "name": "lab", "type": "bridge", "bridge": "cni0", "mtu": 1400, "isGateway": True,
        "ipMasq": False, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.22.0.0/16"}]]},
    }  # fmt: skip
    assert json_rows(READER, document) == [
        CniPlugin("lab", 0, "bridge", "cni0", 1400, None, True, False, parse_ip("10.22.0.0"), 16)  # noqa: FBT003
    ]


def test_words_for_subnets() -> None:
    """A word that another program replaces is no subnet."""
    document = {"name": "k8s", "plugins": [{"type": "calico", "mtu": "x", "ipam": {"subnet": "usePodCidr"}}]}
    assert json_rows(READER, document) == [CniPlugin("k8s", 0, "calico")]


def test_damage() -> None:
    """A plugin without a type is a complaint, and so is what is no JSON."""
    assert json_rows(READER, {"name": "n", "plugins": [{}]}) == [
        Bad("this looks like `/etc/cni/net.d` output but plugin 0 of n has no type")
    ]
    assert complaints(READER, "", "what\n") == [(0, 'this looks like `/etc/cni/net.d` output but "what" begins no JSON')]
    assert rows(READER, "", "cat: /etc/cni/net.d/x.conf: No such file or directory\n") == []


def test_coverage() -> None:
    """Only `*` shows all networks."""
    assert READER.accepts(["cat", "/etc/cni/net.d/*"]) == (covers(CniPlugin),)
    assert READER.accepts(["cat", "/etc/cni/net.d/10-flannel.conflist"]) == (covers(CniPlugin, complete=Complete.NO),)
    assert READER.accepts(["cat", "/etc/passwd"]) is None
