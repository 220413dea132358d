"""Translations that maps give; test_words.py and the proofs have the others."""

from podpath.state.address import parse_ip
from podpath.walk.netfilter.chain import Turn
from podpath.walk.netfilter.nft.going import Going
from podpath.walk.netfilter.nft.translations import handing
from podpath.walk.netfilter.nft.types import Json
from tests.walk.netfilter.nft.looking import SYN, asking

PORT: Json = {"payload": {"protocol": "tcp", "field": "dport"}}


def test_a_map_may_give_the_port_of_a_socket() -> None:
    """A port that it does not have ends the rule."""
    for port, there in ((80, True), (81, False)):
        one, *_ = handing({"port": {"map": {"key": PORT, "data": {"set": [[port, 8080]]}}}}, Going(SYN, None), asking())
        assert isinstance(one, Going if there else Turn)
        if isinstance(one, Going):
            assert one.proxied is not None
            assert one.proxied[1] == 8080


def test_the_family_may_be_another() -> None:
    """Then the rule does not match."""
    assert handing({"family": "ip6", "port": 80}, Going(SYN, None), asking()) == [Turn(None)]
    one, *past = handing({"family": "ip", "addr": "10.0.0.9", "port": 80}, Going(SYN, None), asking())
    assert isinstance(one, Going)
    assert one.proxied == (parse_ip("10.0.0.9"), 80)
    assert [type(other) for other in past] == [Turn]  # whether such a socket is there was not captured
