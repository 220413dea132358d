"""The words of ebtables."""

from dataclasses import replace

import pytest

from podpath.state.address import Mac, parse_ip
from podpath.walk.netfilter.frames.ebtables import LANGUAGE
from podpath.walk.netfilter.interface import Doubt, HookVerdict, PacketType
from podpath.walk.packet import Packet
from tests.netlink.space import Space
from tests.walk.netfilter.frames.asking import ANSWERED, ASKED, PACKET, TWO, rule, sight

V6 = Packet(parse_ip("fd00::1"), parse_ip("fd00::2"), "icmpv6", icmp_type=135, icmp_code=0)
TYPED = """-p IPv4 --ip-src 10.0.0.0/8 --ip-dst ! 10.0.0.2 --ip-tos 0x08 --ip-proto tcp --ip-sport 1:9 --ip-dport 80 -j DROP
-p IPv4 --ip-proto icmp --ip-icmp-type echo-request -j ACCEPT
-p IPv4 --ip-proto icmp --ip-icmp-type 3:5/0:2 -j ACCEPT
-p IPv6 --ip6-src fd00::/64 --ip6-proto ipv6-icmp --ip6-icmp-type 135/0 -j RETURN
-p IPv6 --ip6-tclass 0x10 --ip6-proto udp --ip6-dport 53 -j CONTINUE
-p ARP --arp-op Reply --arp-htype 1 --arp-ptype 0x800 --arp-ip-src 10.0.0.1 --arp-mac-dst 02:00:00:00:00:02 -j DROP
-p ARP --arp-gratuitous -j DROP
-p 802_1Q --vlan-id 3 --vlan-prio 1 -j DROP
-p 0x88cc -j DROP
-s 02:00:00:00:00:00/ff:00:00:00:00:00 -d Multicast -i ! pa -o pb+ --mark 0x3/0xf -j DROP
--mark /0x2 -j DROP
--mark ! /0x2 -j DROP
--pkttype-type loopback -j DROP
--pkttype-type outgoing -j DROP
--pkttype-type otherhost --limit 5/s --limit-burst 9 -j DROP
--among-src 02:00:00:00:00:01=10.0.0.1 -j DROP
--log --log-level info --log-prefix "two words" --log-ip -j CONTINUE
--nflog-group 3 --nflog-prefix x -j CONTINUE
-j mark --mark-or 4 --mark-target CONTINUE
-j SHOP"""


@pytest.mark.root
def test_every_word_that_the_program_takes_is_read(space: Space) -> None:
    """What ebtables saves of them holds nothing strange."""
    space.run("ebtables-nft", "-N", "SHOP")
    for line in TYPED.splitlines():
        space.do(f"ebtables-nft -A FORWARD {line}")
    saved = [line for line in space.do("ebtables-nft-save").splitlines() if line.startswith("-A FORWARD ")]
    assert len(saved) == len(TYPED.splitlines())
    assert [rule(line.removeprefix("-A FORWARD "), LANGUAGE).strange for line in saved] == [()] * len(saved)


@pytest.mark.parametrize(
    ("line", "packet", "matches"),
    [
        ("-p IPv4 --ip-dst 10.0.0.2 --ip-proto 6 --ip-dport 80:90", PACKET, True),
        ("-p IPv4 --ip-dst ! 10.0.0.2", PACKET, False),
        ("-p IPv4 ! --ip-sport 1:9", PACKET, True),
        ("-p IPv6", PACKET, False),
        ("-p ! IPv6", PACKET, True),
        ("-p LENGTH", PACKET, False),
        ("-p 800", PACKET, True),
        ("-p ARP --arp-op 1 --arp-mac-dst 0:0:0:0:0:0", ASKED, True),
        ("-p ARP --arp-op Reply --arp-ip-src 10.0.0.2 --arp-mac-dst 2:0:0:0:0:2", ANSWERED, True),
        ("-p ARP --arp-gratuitous", ASKED, False),
        ("-p IPv6 --ip6-proto ipv6-icmp --ip6-icmp-type neighbour-solicitation", V6, True),
        ("-p IPv6 --ip6-icmp-type 136:140", V6, False),
        ("-s Unicast -d ! Broadcast --logical-in br0 --logical-out br+", PACKET, True),
        ("--stp-type config", PACKET, False),
        ("--pkttype-type host --mark 0", PACKET, True),
        ("--pkttype-type loopback", PACKET, False),
        ("--mark /0x6", PACKET, False),
        ("--mark /0x6", replace(PACKET, mark=2), True),
        ("--mark /0x6", replace(PACKET, mark=8), False),
        ("--mark 2/6", replace(PACKET, mark=0xA), True),
    ],
)
def test_a_word_asks_what_the_manual_says(line: str, packet: Packet, *, matches: bool) -> None:
    """ebtables(8), with the old program's short MACs and types in hexadecimal."""
    assert rule(f"{line} -j DROP", LANGUAGE).answer(sight(packet)) is matches


def test_a_frame_with_a_tag_is_of_802_1q() -> None:
    """Whatever it carries."""
    assert rule("-p 802_1Q --vlan-id 3", LANGUAGE).answer(sight(vlan=3)) is True
    assert rule("-p IPv4", LANGUAGE).answer(sight(vlan=3)) is False
    assert isinstance(rule("-p 802_1Q --vlan-prio 1", LANGUAGE).answer(sight(vlan=3)), Doubt)


def test_what_cannot_be_told_is_unknown() -> None:
    """Lists of among, words that nobody knows, and a MAC that was not seen; a packet for many is no host's."""
    for line in ("--among-dst 02:00:00:00:00:01", "--snow white", "-p FLURRY"):
        assert isinstance(rule(f"{line} -j DROP", LANGUAGE).answer(sight()), Doubt), line
    assert isinstance(rule("-s 02:00:00:00:00:01 -j DROP", LANGUAGE).answer(sight(smac=None)), Doubt)
    assert rule("--pkttype-type host", LANGUAGE).answer(sight(packet_type=PacketType.MULTICAST)) is False


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        ("dnat --to-destination 02:00:00:00:00:02", HookVerdict.UNKNOWN),
        ("snat --to-src 02:00:00:00:00:02 --snat-target DROP", HookVerdict.DROP),
        ("redirect", HookVerdict.UNKNOWN),
        ("arpreply --arpreply-mac 02:00:00:00:00:02", HookVerdict.UNKNOWN),
        ("mark --set-mark 3", HookVerdict.ACCEPT),
        ("mark --mark-set 3 --mark-target CONTINUE", None),
        ("mark --mark-set 3 --mark-target RETURN", HookVerdict.UNKNOWN),
    ],
)
def test_a_target_that_changes_frames_ends_as_it_says(target: str, verdict: HookVerdict | None) -> None:
    """What it makes of a MAC is not followed; that it drops is known."""
    (turn,) = rule(f"-j {target}", LANGUAGE).turns(sight(dmac=TWO, smac=Mac(1)), iter(range(9)).__next__)
    assert turn.way is not None
    assert turn.way.verdict is verdict
    assert turn.way.packet.mark == (3 if target.startswith("mark") else 0)
