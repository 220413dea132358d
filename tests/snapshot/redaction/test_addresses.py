"""Other addresses for those of a snapshot."""

from ipaddress import IPv4Address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from podpath.snapshot.redaction.addresses import AddressMap
from podpath.state.address import Mac, ip_text, link_local, parse_ip, parse_mac

KEY = b"a key of a test."
PREFIXES = [
    (parse_ip(text), 96 + length)
    for text, length in (("10.42.1.0", 24), ("10.42.0.0", 16), ("192.168.200.0", 24), ("8.8.0.0", 16))
]


@given(st.lists(st.ip_addresses(v=4), min_size=2, max_size=2, unique=True))
def test_equal_prefixes_stay_equal_ones(pair: list[IPv4Address]) -> None:
    """Two addresses share as many bits afterwards as before, and stay two."""
    mapped = AddressMap(PREFIXES, KEY)
    before, after = [], []
    for address in pair:
        ip = parse_ip(str(address))
        before.append(ip)
        after.append(mapped.ip(ip))
    assert (before[0] ^ before[1]).bit_length() == (after[0] ^ after[1]).bit_length()


@given(st.ip_addresses(v=4))
def test_what_kind_an_address_is_stays(address: IPv4Address) -> None:
    """Private, loopback, link-local, multicast."""
    made = IPv4Address(ip_text(AddressMap(PREFIXES, KEY).ip(parse_ip(str(address)))))
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/4",
        "100.64.0.0/10",
    ):
        assert (made in ip_network(text)) is (address in ip_network(text)), text


def test_networks_are_replaced_and_hosts_in_them_are_known() -> None:
    """The gateway is still .1, and the broadcast address still the last."""
    mapped = AddressMap(PREFIXES, KEY)
    made = [ip_text(mapped.ip(parse_ip(f"10.42.1.{last}"))) for last in (0, 1, 255)]
    assert [text.rpartition(".")[2] for text in made] == ["0", "1", "255"]
    keys = {ip_text(AddressMap(PREFIXES, bytes([n]) * 16).ip(parse_ip("10.42.1.7"))) for n in range(20)}
    assert len(keys) > 10


def test_a_link_local_address_follows_its_mac() -> None:
    """A check compares the two."""
    mapped = AddressMap(PREFIXES, KEY)
    mac = parse_mac("82:ce:7c:3e:91:36")
    assert mapped.mac(mac) != mac
    assert mapped.ip(link_local(mac)) == link_local(mapped.mac(mac))
    for kept in ("ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "ee:ee:ee:ee:ee:ee", "00:00:00:00:00:00"):
        assert mapped.mac(parse_mac(kept)) == parse_mac(kept)
    assert mapped.mac(Mac(mapped.mac(mac))) != mac
