"""Address translation."""

from dataclasses import replace

from podpath.state.address import ip_text, parse_ip
from podpath.walk.netfilter.connection import Connection, Connections, Info, Track, Tuple
from podpath.walk.netfilter.nat import DST, SRC, Wanted, set_up, translated
from podpath.walk.packet import Drawn, Packet

CLIENT, SERVICE, POD, NODE = map(parse_ip, ("10.0.0.1", "10.96.0.1", "10.1.0.5", "192.0.2.1"))
FIRST = Packet(CLIENT, SERVICE, "tcp", 40000, 80)


def made() -> Connection:
    """Return a connection to a service, as kube-proxy would have it."""
    key = Tuple.of(FIRST)
    to_pod = set_up(Connection(key, key.inverse), DST, Wanted(POD, POD, 8080, 8080), Connections())
    return set_up(to_pod, SRC, Wanted(NODE, NODE), Connections())


def test_both_directions_are_translated_by_one_connection() -> None:
    """The answer gets back the addresses that the client knows."""
    there = Track(Info.NEW, made())
    packet = translated(translated(FIRST, there, DST), there, SRC)
    assert (packet.src, packet.sport, packet.dst, packet.dport) == (NODE, 40000, POD, 8080)
    back = Track(Info.ESTABLISHED, made(), answer=True)
    answer = translated(translated(Packet(POD, NODE, "tcp", 8080, 40000), back, DST), back, SRC)
    assert (answer.src, answer.sport, answer.dst, answer.dport) == (SERVICE, 80, CLIENT, 40000)


def test_an_icmp_error_speaks_of_the_packet_that_the_client_sent() -> None:
    """The packet inside is translated the other way round."""
    error = Packet(POD, NODE, "icmp", icmp_type=3, icmp_code=3, about=Packet(NODE, POD, "tcp", 40000, 8080))
    track = Track(Info.RELATED, made(), answer=True)
    back = translated(translated(error, track, DST), track, SRC)
    assert (back.src, back.dst) == (SERVICE, CLIENT)
    assert back.about is not None
    assert (back.about.src, back.about.sport, back.about.dst, back.about.dport) == (CLIENT, 40000, SERVICE, 80)


def test_a_source_port_that_is_taken_gives_way() -> None:
    """Which one comes in its place is chance."""
    other = Connection(Tuple(parse_ip("10.0.0.2"), POD, "udp", 5, 53), Tuple(POD, NODE, "udp", 53, 5))
    key = Tuple(CLIENT, POD, "udp", 5, 53)
    connection = set_up(Connection(key, key.inverse), SRC, Wanted(NODE, NODE), Connections().confirmed(other))
    assert connection.reply == Tuple(POD, NODE, "udp", 53, Drawn(1, 511))


def test_what_is_in_the_range_stays() -> None:
    """SNAT to a range that holds the source changes nothing; with --random the port is drawn."""
    key = Tuple(CLIENT, POD, "udp", 5000, 53)
    wanted = Wanted(CLIENT, parse_ip("10.0.0.9"), 4000, 6000)
    kept = set_up(Connection(key, key.inverse), SRC, wanted, Connections())
    assert (kept.reply, "SRC_NAT" in kept.status) == (key.inverse, False)
    drawn = set_up(Connection(key, key.inverse), SRC, replace(wanted, random=True), Connections())
    assert drawn.reply.dport == Drawn(4000, 6000)


def test_ports_can_be_shifted_together() -> None:
    """--to-destination A:8000-8010/80 sends port 83 to 8003."""
    key = Tuple(CLIENT, SERVICE, "tcp", 40000, 83)
    connection = set_up(Connection(key, key.inverse), DST, Wanted(POD, POD, 8000, 8010, 80), Connections())
    assert (ip_text(connection.reply.src), connection.reply.sport) == ("10.1.0.5", 8003)


def test_one_source_keeps_its_address_of_a_range() -> None:
    """A second connection of the same source is translated as the first one was."""
    wanted = Wanted(parse_ip("10.2.0.3"), parse_ip("10.2.0.200"))
    first = Connection(Tuple(CLIENT, POD, "udp", 5, 53), Tuple(POD, parse_ip("10.2.0.77"), "udp", 53, 5))
    key = Tuple(CLIENT, SERVICE, "udp", 5, 53)
    again = set_up(Connection(key, key.inverse), SRC, wanted, Connections().confirmed(first))
    assert ip_text(again.reply.dst) == "10.2.0.77"


def test_a_destination_of_ipv6_is_hashed_with_the_words_that_are_written() -> None:
    """find_best_ips_proto reads the tuple that it writes; a kernel sent this packet to fd36, and of a source the target stays."""
    client, server, first = map(parse_ip, ("2001:db8:1::2", "2001:db8:2::2", "2001:db8:9::"))
    key = Tuple(client, server, "tcp", 60610, 80)
    last = parse_ip("2001:db8:9:0:ffff:ffff:ffff:ffff")
    connection = set_up(Connection(key, key.inverse), DST, Wanted(first, last), Connections())
    assert ip_text(connection.reply.src) == "2001:db8:9::4c88:fd36"


def test_the_distance_to_the_base_of_ports_is_a_number_of_16_bits() -> None:
    """--to-destination A:1000-2000/3000 sends port 2000, which is below the base, to 1472: a kernel did."""
    key = Tuple(CLIENT, SERVICE, "tcp", 40000, 2000)
    connection = set_up(Connection(key, key.inverse), DST, Wanted(POD, POD, 1000, 2000, 3000), Connections())
    assert connection.reply.sport == 1472
