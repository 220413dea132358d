"""Addresses and names replaced."""

from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.checks.engine.run import run_checks
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_output, load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.redact import Redaction, redact
from podpath.snapshot.store import Store
from podpath.state.address import Ip, Mac, ip_text, link_local, parse_ip, parse_mac
from podpath.state.finding import Report
from tests.checks.overlay.mesh.clusters import SAMPLE

KEY = b"a key of a test."
PREFIXES = [
    (parse_ip(text), 96 + length)
    for text, length in (("10.42.1.0", 24), ("10.42.0.0", 16), ("192.168.200.0", 24), ("8.8.0.0", 16))
]


def loaded() -> Store:
    """Return a store with the sample cluster."""
    store = Store()
    for path in sorted(SAMPLE.glob("*.txt")):
        load_text(store, path.name, path.stem, None, path.read_text().splitlines())
    merge(store)
    link_up(store)
    return store


def shape(report: Report) -> tuple[object, ...]:
    """Return what a report says, names and addresses apart."""
    overlays = [(o.proven, o.broken, o.unknown) for o in report.overlays]
    return sorted((f.check, f.severity, len(f.evidence)) for f in report.findings), overlays, len(report.unknowns)


def test_the_verdict_stays_and_no_name_or_address_does() -> None:
    """Everything that judgement rests on is replaced alike."""
    with loaded() as store:
        before = shape(run_checks(store))
        names = {row[0] for row in store.raw("SELECT name FROM node")}
        addresses = {
            ip_text(Ip(row[0])) for row in store.raw('SELECT DISTINCT "address" FROM "address" WHERE "address" > 281470681743360')
        }
        redact(store)
        assert shape(run_checks(store)) == before
        for table, _ in store.tables():
            text = repr(store.query(f'SELECT * FROM "{table}"').rows)
            assert not [name for name in names if name in text], table
            leaked = [a for a in addresses if f"'{a}'" in text and not a.startswith(("127.", "fe80", "::1"))]
            assert leaked == [], table


@given(st.lists(st.ip_addresses(v=4), min_size=2, max_size=2, unique=True))
def test_equal_prefixes_stay_equal_ones(pair: list[IPv4Address]) -> None:
    """Two addresses share as many bits afterwards as before, and stay two."""
    redaction = Redaction(PREFIXES, KEY)
    before, after = [], []
    for address in pair:
        ip = parse_ip(str(address))
        before.append(ip)
        after.append(redaction.ip(ip))
    assert (before[0] ^ before[1]).bit_length() == (after[0] ^ after[1]).bit_length()


@given(st.ip_addresses(v=4))
def test_what_kind_an_address_is_stays(address: IPv4Address) -> None:
    """Private, loopback, link-local, multicast."""
    made = IPv4Address(ip_text(Redaction(PREFIXES, KEY).ip(parse_ip(str(address)))))
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
    redaction = Redaction(PREFIXES, KEY)
    made = [ip_text(redaction.ip(parse_ip(f"10.42.1.{last}"))) for last in (0, 1, 255)]
    assert [text.rpartition(".")[2] for text in made] == ["0", "1", "255"]
    keys = {ip_text(Redaction(PREFIXES, bytes([n]) * 16).ip(parse_ip("10.42.1.7"))) for n in range(20)}
    assert len(keys) > 10


def test_a_link_local_address_follows_its_mac() -> None:
    """A check compares the two."""
    redaction = Redaction(PREFIXES, KEY)
    mac = parse_mac("82:ce:7c:3e:91:36")
    assert redaction.mac(mac) != mac
    assert redaction.ip(link_local(mac)) == link_local(redaction.mac(mac))
    for kept in ("ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "ee:ee:ee:ee:ee:ee", "00:00:00:00:00:00"):
        assert redaction.mac(parse_mac(kept)) == parse_mac(kept)
    assert redaction.mac(Mac(redaction.mac(mac))) != mac


def test_rulesets_keep_their_text_without_addresses_and_comments() -> None:
    """Other texts go."""
    rules = '*nat\n:KUBE-SVC-X - [0:0]\n-A KUBE-SVC-X -d 10.42.1.7/32 -m comment --comment "shop/db: secret" -j ACCEPT\nCOMMIT\n'
    with Store() as store:
        ns = store.netns(store.node("n1"))
        assert load_output(store, ns, "n1, live", "iptables-save -c", rules)
        load_text(store, "n1.txt", "n1", None, ["# ip neigh show", "10.42.1.7 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE"])
        redact(store, KEY)
        texts = [row[0] for row in store.raw("SELECT text FROM source ORDER BY source")]
    assert texts[1] is None
    assert "10.42.1.7" not in texts[0]
    assert "shop" not in texts[0]
    assert "-j ACCEPT" in texts[0]
    assert "KUBE-SVC-X" in texts[0]


@pytest.mark.parametrize("text", ["", "::", "a:b", "1.2.3", "00:11:22:33:44:55:66"])
def test_what_is_no_address_stays(text: str) -> None:
    """Nothing is guessed."""
    assert Redaction(PREFIXES, KEY).text(text) == text
