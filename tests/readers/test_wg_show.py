"""``wg show``, from its manual: no kernel module for it was at hand."""

from podpath.readers.wg_show import READER
from podpath.state.address import parse_ip
from podpath.state.link import WireguardPeer
from tests.readers.helper import complaints, rows

KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="
TEXT = f"""\
interface: wireguard.cali
  public key: HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=
  private key: (hidden)
  listening port: 51820
  fwmark: 0x200000

peer: {KEY}
  endpoint: 192.168.50.12:51820
  allowed ips: 10.244.2.0/24, fd00:2::/64
  latest handshake: 1 minute, 2 seconds ago
  transfer: 1.23 MiB received, 2.00 MiB sent

peer: gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=
  allowed ips: (none)
"""


def test_each_allowed_prefix_of_a_peer_is_a_row() -> None:
    """A peer without any is one row too."""
    first = WireguardPeer("wireguard.cali", KEY, parse_ip("192.168.50.12"), 51820)
    assert rows(READER, "wg show", TEXT) == [
        first._replace(family=4, allowed=parse_ip("10.244.2.0"), allowed_len=24),
        first._replace(family=6, allowed=parse_ip("fd00:2::"), allowed_len=64),
        WireguardPeer("wireguard.cali", "gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA="),
    ]


def test_a_bad_prefix_is_quoted() -> None:
    """With its line."""
    assert complaints(READER, "wg show", TEXT.replace("10.244.2.0/24", "10.244.2.O/24")) == [
        (8, 'this looks like `wg show` output but "10.244.2.O" is not an address')
    ]


def test_private_keys_are_never_asked_for() -> None:
    """The form that prints them is not accepted."""
    assert READER.accepts(["wg", "show", "wg0"]) is not None
    assert READER.accepts(["wg", "show", "wg0", "dump"]) is None
