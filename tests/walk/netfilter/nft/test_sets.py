"""Sets and maps."""

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.nft.sets import MISSING, Elements, inline, kinds
from podpath.walk.netfilter.nft.types import Json

NETS = [
    {"prefix": {"addr": "10.0.0.0", "len": 8}},
    {"range": ["192.168.0.1", "192.168.0.9"]},
    {"elem": {"val": "172.16.0.1", "timeout": 60}},
]


@pytest.mark.parametrize(
    ("address", "held"), [("10.1.2.3", True), ("192.168.0.5", True), ("172.16.0.1", True), ("192.168.0.10", False)]
)
def test_intervals_and_single_elements_are_found(address: str, *, held: bool) -> None:
    """However an element is decorated."""
    assert (inline(NETS, "ipv4_addr").find(parse_ip(address)) is not MISSING) is held


def test_a_map_gives_its_value_and_the_star_what_is_left() -> None:
    """The catch-all element is asked last."""
    ports = Elements(
        "inet_service", [["*", {"drop": None}], [{"range": [1, 99]}, {"accept": None}], [80, {"continue": None}]], is_map=True
    )
    assert [ports.find(port) for port in (80, 50, 5000)] == [{"continue": None}, {"accept": None}, {"drop": None}]


def test_a_concatenation_is_found_part_by_part() -> None:
    """Parts may be intervals; one that is not known leaves a doubt only where the others are found."""
    kind = ("ipv4_addr", "inet_service")
    some = Elements(
        kind, [{"concat": [{"prefix": {"addr": "10.0.0.0", "len": 8}}, {"range": [1, 100]}]}, {"concat": ["1.1.1.1", 5]}]
    )
    doubt = Doubt("nobody knows", "")
    assert some.find((parse_ip("10.9.9.9"), 50)) is True
    assert some.find((parse_ip("1.1.1.1"), 6)) is MISSING
    assert some.find((parse_ip("10.9.9.9"), doubt)) is doubt
    assert some.find((parse_ip("9.9.9.9"), doubt)) is MISSING


def test_names_of_devices_may_end_in_a_star() -> None:
    """Iifname "eth*"."""
    assert inline(["eth*", "lo"], "ifname").find("eth0") is True
    assert inline(["eth*", "lo"], "ifname").find("et") is MISSING


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("ipv4_addr", "ipv4_addr"),
        (["ipv4_addr", "inet_service"], ("ipv4_addr", "inet_service")),
        ({"typeof": {"meta": {"key": "iifname"}}}, "ifname"),
        (
            {"typeof": {"concat": [{"payload": {"protocol": "ip", "field": "saddr"}}, {"meta": {"key": "mark"}}]}},
            ("ipv4_addr", "integer"),
        ),
        (None, "integer"),
    ],
)
def test_the_type_of_keys_may_be_that_of_an_expression(declared: Json, kind: object) -> None:
    """As nft of 2025 writes it in JSON."""
    assert kinds(declared) == kind
