"""`/run/flannel/subnet.env`."""

from podpath.readers.flannel_subnet_env import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import covers
from podpath.state.host import PodNetwork
from tests.readers.helper import complaints, read, rows

TEXT = """\
FLANNEL_NETWORK=10.42.0.0/16
FLANNEL_SUBNET=10.42.2.1/24
FLANNEL_IPV6_NETWORK=fd42::/48
FLANNEL_IPV6_SUBNET=fd42:0:0:2::1/64
FLANNEL_MTU=1450
FLANNEL_IPMASQ=true
"""


def test_both_families() -> None:
    """Each family is a row, at the line of its subnet."""
    v4, v6 = parse_ip("10.42.0.0"), parse_ip("fd42::")
    assert read(READER, "cat /run/flannel/subnet.env", TEXT) == [
        (1, PodNetwork(4, v4, 16, parse_ip("10.42.2.1"), 24, 1450, ipmasq=True)),
        (3, PodNetwork(6, v6, 48, parse_ip("fd42:0:0:2::1"), 64, 1450, ipmasq=True)),
    ]


def test_absence_and_damage() -> None:
    """A missing file is proof; a damaged subnet is a complaint."""
    assert rows(READER, "cat /x", "cat: /run/flannel/subnet.env: No such file or directory\n") == []
    assert complaints(READER, "cat /run/flannel/subnet.env", TEXT.replace("10.42.2.1/24", "10.42.2.1/240")) == [
        (1, 'this looks like `subnet.env` output but "10.42.2.1/240" has no prefix length between 0 and 32')
    ]


def test_coverage() -> None:
    """The file says it all."""
    assert READER.accepts(["cat", "/run/flannel/subnet.env"]) == (covers(PodNetwork),)
    assert READER.accepts(["cat", "/etc/hosts"]) is None
