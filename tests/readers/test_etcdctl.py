"""``etcdctl get``, of etcd 3.4 with leases of flannel 0.28.10; version 2's form as people have posted it."""

import base64
import json

from podpath.readers.etcdctl import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.flannel import FlannelLease
from tests.readers.helper import complaints, json_rows, rows

TEXT = """\
/coreos.com/network/config
{ "Network": "10.244.0.0/16", "Backend": { "Type": "vxlan", "VNI": 1 } }
/coreos.com/network/subnets/10.244.35.0-24
{"PublicIP":"192.168.77.11","PublicIPv6":null,"BackendType":"vxlan","BackendData":{"VNI":1,"VtepMAC":"be:9f:7f:0a:80:d5"}}
/coreos.com/network/subnets/10.244.9.0-24&fd00:10:244:9::-64
{"PublicIP":"192.168.77.12","PublicIPv6":"fd00:77::12","BackendType":"vxlan","BackendData":{"VNI":1,"VtepMAC":"0a:58:0a:f4:09:00"},"BackendV6Data":{"VNI":1,"VtepMAC":"0a:58:0a:f4:09:06"}}
"""
FIRST = FlannelLease(
    parse_ip("192.168.77.11"), parse_ip("10.244.35.0"), 24, "vxlan", 1, parse_mac("be:9f:7f:0a:80:d5")
)  # fmt: skip
SECOND = FlannelLease(parse_ip("192.168.77.12"), parse_ip("10.244.9.0"), 24, "vxlan", 1, parse_mac("0a:58:0a:f4:09:00"))
THIRD = FlannelLease(parse_ip("fd00:77::12"), parse_ip("fd00:10:244:9::"), 64, "vxlan", 1, parse_mac("0a:58:0a:f4:09:06"))


def test_a_lease_is_a_row_for_each_family() -> None:
    """The key names the subnets, in the order of the families."""
    assert rows(READER, "etcdctl get --prefix /coreos.com/network", TEXT) == [FIRST, SECOND, THIRD]


def test_json_of_version_3_has_keys_and_values_in_base64() -> None:
    """The configuration is none of the leases."""
    lines = TEXT.splitlines()
    pairs = zip(lines[::2], lines[1::2], strict=True)
    kvs = [{name: base64.b64encode(text.encode()).decode() for name, text in (("key", k), ("value", v))} for k, v in pairs]
    assert json_rows(READER, {"header": {"revision": 3}, "kvs": kvs}) == [FIRST, SECOND, THIRD]


def test_version_2_prints_the_value_alone() -> None:
    """The command names the subnet; without it the address tells whose the MAC is."""
    value = '{"PublicIP":"10.37.7.195","BackendType":"vxlan","BackendData":{"VtepMAC":"82:4b:b6:2f:54:4e"}}'
    lease = FlannelLease(parse_ip("10.37.7.195"), None, None, "vxlan", None, parse_mac("82:4b:b6:2f:54:4e"))
    assert json_rows(READER, json.loads(value)) == [lease]
    assert READER.read_json is not None
    command = ["etcdctl", "get", "/coreos.com/network/subnets/10.5.34.0-24"]
    assert [row for _, row in READER.read_json(command, json.loads(value))] == [
        lease._replace(subnet=parse_ip("10.5.34.0"), subnet_len=24)
    ]


def test_what_is_no_address_is_quoted() -> None:
    """With its line."""
    assert complaints(READER, "etcdctl get --prefix /coreos.com/network", TEXT.replace("192.168.77.11", "192.168.77.1l")) == [
        (3, 'this looks like `etcdctl get` output but "192.168.77.1l" is not an address')
    ]


def test_half_a_character_is_no_text() -> None:
    """JSON may have one, and no table can keep it."""
    (row,) = rows(
        READER,
        "etcdctl get --prefix /coreos.com/network",
        f'{TEXT.splitlines()[2]}\n{{"PublicIP":"192.0.2.1","BackendType":"\\ud800"}}\n',
    )
    assert isinstance(row, FlannelLease)
    assert (row.backend or "").encode()


def test_other_keys_are_not_ours() -> None:
    """Those of the Kubernetes API, for example."""
    assert READER.accepts(["etcdctl", "get", "--prefix", "/registry/pods"]) is None
