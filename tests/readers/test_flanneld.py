"""The log of flanneld 0.28.10."""

from podpath.readers.flanneld import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.flannel import FlannelLease
from tests.readers.helper import complaints, rows

ADDED = (
    "I1129 20:43:09.043040   27006 vxlan_network.go:425] adding subnet: 10.244.9.0/24"
    " PublicIP: 192.168.77.12 VtepMAC: 0a:58:0a:f4:09:00"
)
TEXT = f"""\
{ADDED}
I1129 20:43:09.043054   27006 device.go:232] calling AddARP: 10.244.9.0, 0a:58:0a:f4:09:00
I1129 20:43:09.043217   27006 device.go:186] calling AddFDB: 192.168.77.12, 0a:58:0a:f4:09:00
"""
LEASE = FlannelLease(
    parse_ip("192.168.77.12"), parse_ip("10.244.9.0"), 24, "vxlan", None, parse_mac("0a:58:0a:f4:09:00"), logged=True
)


def test_a_subnet_that_was_added_is_a_lease() -> None:
    """The lines behind it say what was written, which the tables themselves show."""
    assert rows(READER, "", TEXT) == [LEASE]


def test_a_subnet_that_was_removed_is_none() -> None:
    """Until it is added again, perhaps with another MAC."""
    removed = ADDED.replace("adding", "removing")
    again = ADDED.replace("0a:58:0a:f4:09:00", "0a:58:0a:f4:09:01")
    assert rows(READER, "", f"{ADDED}\n{removed}\n") == []
    assert rows(READER, "", f"{ADDED}\n{removed}\n{again}\n") == [LEASE._replace(vtep_mac=parse_mac("0a:58:0a:f4:09:01"))]


def test_the_journal_and_kubectl_put_words_before_a_line() -> None:
    """The name of the pod; a time, the host and the unit."""
    for before in ("[pod/kube-flannel-ds-x/kube-flannel] ", "Nov 29 20:43:09 n1 flanneld[27006]: "):
        assert rows(READER, "", f"{before}{ADDED}\n") == [LEASE]


def test_what_is_no_mac_is_quoted() -> None:
    """With its line."""
    assert complaints(READER, "", ADDED.replace("0a:58:0a:f4:09:00", "0a:58")) == [
        (0, 'this looks like `kubectl logs` output but "0a:58" is not a MAC address')
    ]
