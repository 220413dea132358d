"""Name servers as ``resolvectl`` prints them."""

import pytest

from podpath.readers.interface import Bad
from podpath.readers.resolvectl import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete
from podpath.state.host import Resolver
from tests.readers.helper import rows

STATUS = """\
Global
         Protocols: +LLMNR +mDNS -DNSOverTLS DNSSEC=no/unsupported
  resolv.conf mode: foreign
Current DNS Server: 10.255.255.53
        DNS Servers 10.255.255.53

Link 2 (eth1)
Current Scopes: LLMNR/IPv6
     Protocols: -DefaultRoute +LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported

Link 3 (eth0)
Current Scopes: DNS LLMNR/IPv4 LLMNR/IPv6
     Protocols: -DefaultRoute +LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported
   DNS Servers: 192.0.2.1 8.8.8.8 2001:db8::53
    DNS Domain: lan ~corp.example
"""
"""What resolvectl 252 printed, as the two below."""
DNS = """\
Global: 10.255.255.53
Link 2 (eth1):
Link 3 (eth0): 192.0.2.1 8.8.8.8 2001:db8::53
"""
SERVERS = [Resolver("nameserver", text, parse_ip(text)) for text in ("10.255.255.53", "192.0.2.1", "8.8.8.8", "2001:db8::53")]


@pytest.mark.parametrize(("command", "text"), [("resolvectl status", STATUS), ("resolvectl", STATUS), ("resolvectl dns", DNS)])
def test_the_servers_of_all_devices(command: str, text: str) -> None:
    """In the order in which they stand."""
    assert rows(READER, command, text) == SERVERS


def test_one_server_a_line() -> None:
    """As older versions print them; a server may have a port, a name or a zone."""
    text = "Global\n       Protocols: +LLMNR\n     DNS Servers: 192.0.2.1:5353\n                  192.0.2.2#dns.example\n"
    text += "                  fe80::1%eth0\n      DNS Domain: ~.\n"
    found = [row.address for row in rows(READER, "resolvectl", text) if isinstance(row, Resolver)]
    assert found == [parse_ip("192.0.2.1"), parse_ip("192.0.2.2"), parse_ip("fe80::1")]


def test_servers_that_are_asked_last_are_left_out() -> None:
    """Nobody asks them while another one is known."""
    text = "Global\n       Protocols: +LLMNR\nFallback DNS Servers: 1.1.1.1\n                      9.9.9.9\n"
    assert rows(READER, "resolvectl", text) == []


def test_a_word_that_is_no_address_is_told() -> None:
    """It is not guessed."""
    assert [type(row) for row in rows(READER, "resolvectl dns", "Global: 10.0.0.x\n")] == [Bad]


def test_it_shows_a_part() -> None:
    """Each container has a file of its own."""
    (coverage,) = READER.accepts(["resolvectl"]) or ()
    assert coverage.complete is Complete.NO
    assert READER.accepts(["resolvectl", "query", "example.org"]) is None
