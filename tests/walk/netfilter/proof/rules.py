"""Random rulesets and packets: every choice comes from one seed."""

# ruff: noqa: E501 - what can be drawn is read as one table

import random
from dataclasses import dataclass, replace
from typing import Final

from podpath.state.address import parse_ip
from podpath.walk.packet import Packet

_V4: Final = {
    "a": [f"10.1.0.{last}" for last in range(1, 7)],
    "b": [f"10.2.0.{last}" for last in range(1, 7)],
    "vip": ["10.9.0.1", "10.9.0.2"],
    "own": ["10.1.0.254", "10.2.0.254"],
    "net": ["10.0.0.0/8", "10.1.0.0/24", "10.2.0.0/24", "10.9.0.0/16", "10.2.0.4/30", "0.0.0.0/0", "10.0.0.3/255.0.0.255"],
}
_V6: Final = {
    "a": [f"fd00:1::{last}" for last in range(1, 7)],
    "b": [f"fd00:2::{last}" for last in range(1, 7)],
    "vip": ["fd00:9::1", "fd00:9::2"],
    "own": ["fd00:1::254", "fd00:2::254"],
    "net": ["fd00::/16", "fd00:1::/64", "fd00:2::/64", "fd00:9::/32", "fd00:2::4/126", "::/0"],
}
PORTS: Final = (22, 53, 80, 443, 8080, 1000, 30000)
_STATES: Final = ("NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED")
_COMMENTS: Final = ('"x y"', '"-j DROP"', '"it is \\"so\\""')
IPSETS: Final = """create s4 hash:ip
add s4 10.1.0.1
add s4 10.2.0.2
create n4 hash:net
add n4 10.1.0.0/30
add n4 10.1.0.2 nomatch
add n4 10.9.0.0/16
create p4 hash:ip,port
add p4 10.2.0.1,tcp:80
add p4 10.2.0.1,udp:53
add p4 10.2.0.3,tcp:8000-8100
create t4 hash:ip,port,net
add t4 10.1.0.1,tcp:80,10.2.0.0/24
create i4 hash:net,iface
add i4 10.1.0.0/24,ra
create b4 bitmap:port range 0-65535
add b4 80
add b4 1000-2000
create l4 list:set
add l4 s4
add l4 n4
create s6 hash:ip family inet6
add s6 fd00:1::1
add s6 fd00:2::2
create n6 hash:net family inet6
add n6 fd00:1::/126
add n6 fd00:9::/32
create p6 hash:ip,port family inet6
add p6 fd00:2::1,tcp:80
"""


def addresses(family: int) -> dict[str, list[str]]:
    """Return the addresses of the router's world."""
    return _V4 if family == 4 else _V6


@dataclass(slots=True)
class Sent:
    """A packet, and where it is put in.

    Attributes:
        end: a, b, or r for the router's own.
        packet: the packet.
        kind: for whom its frame is.
    """

    end: str
    packet: Packet
    kind: str = "unicast"


class Xtables:
    """Makes a ruleset of iptables-restore."""

    def __init__(self, seed: random.Random, family: int, back_end: str) -> None:
        self.seed, self.family, self.back_end = seed, family, back_end
        self.known = addresses(family)
        self.protocols = ("tcp", "udp", "icmp" if family == 4 else "ipv6-icmp")

    def text(self) -> str:
        """Return the text."""
        tables = [
            name for name in ("raw", "mangle", "nat", "filter", "security") if name == "filter" or self.seed.random() < 0.55
        ]
        return "".join(self._table(name) for name in tables)

    def _table(self, table: str) -> str:
        hooks = {
            "raw": ("PREROUTING", "OUTPUT"), "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
            "filter": ("INPUT", "FORWARD", "OUTPUT"), "security": ("INPUT", "FORWARD", "OUTPUT"),
            "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
        }[table]  # fmt: skip
        own = [f"{table[0].upper()}{at}" for at in range(self.seed.randrange(4))]
        lines = [f"*{table}"]
        for hook in hooks:
            drops = table == "filter" and self.seed.random() < 0.25
            lines.append(f":{hook} {'DROP' if drops else 'ACCEPT'} [0:0]")
        lines += [f":{name} - [0:0]" for name in own]
        for hook in hooks:
            lines += [f"-A {hook} {self._rule(table, (hook,), own)}" for _ in range(self.seed.randrange(0, 7))]
        for at, name in enumerate(own):
            # A chain that nat's SNAT and DNAT share would be refused: those of nat keep to verdicts.
            lines += [f"-A {name} {self._rule(table, hooks, own[at + 1 :])}" for _ in range(self.seed.randrange(1, 6))]
        if any("-j CT --zone" in line for line in lines):
            # CONNMARK writes into the template of the CT rule itself: the next packet, too, would find the mark there.
            lines = [line for line in lines if not line.startswith("-A") or "CONNMARK --s" not in line]
        return "\n".join([*lines, "COMMIT", ""])

    def _not(self, share: float = 0.2) -> str:
        return "! " if self.seed.random() < share else ""

    def _address(self, *kinds: str) -> str:
        return self.seed.choice(self.known[self.seed.choice(kinds or ("a", "b", "vip", "own", "net"))])

    def _side(self, flag: str, *kinds: str) -> str:
        address = self._address(*kinds)
        return f"{flag} {address}" if address.endswith("/0") else f"{self._not()}{flag} {address}"

    def _rule(self, table: str, hooks: tuple[str, ...], chains: list[str]) -> str:
        seed = self.seed
        words: list[str] = []
        if seed.random() < 0.3:
            words.append(self._side("-s", "a", "b", "net"))
        if seed.random() < 0.35:
            words.append(self._side("-d"))
        if seed.random() < 0.2 and all(hook in {"PREROUTING", "INPUT", "FORWARD"} for hook in hooks):
            words.append(f"{self._not()}-i {seed.choice(('ra', 'rb', 'r+', 'lo'))}")
        if seed.random() < 0.15 and all(hook in {"POSTROUTING", "OUTPUT", "FORWARD"} for hook in hooks):
            words.append(f"{self._not()}-o {seed.choice(('ra', 'rb', 'r+', 'lo'))}")
        proto = seed.choice(self.protocols) if seed.random() < 0.5 else None
        if proto is not None:
            words.append(f"-p {proto}")
            words += self._of_protocol(proto)
        for _ in range(seed.choice((0, 0, 1, 1, 2))):
            words.append(self._match(table, hooks))
        return " ".join([*filter(None, words), self._target(table, hooks, chains, proto)])

    def _of_protocol(self, proto: str) -> list[str]:
        seed = self.seed
        if proto in {"tcp", "udp"}:
            return seed.choice((
                [], [f"{self._not()}--dport {seed.choice(PORTS)}"], [f"--dport {seed.choice(('1:100', '400:9000', ':1023', '1024:'))}"],
                [f"{self._not()}--sport 1024:40000"],
                [f"-m multiport {self._not()}--{seed.choice(('dports', 'ports', 'sports'))} 22,80,8000:9000"],
                ["--syn"] if proto == "tcp" else [], ["! --syn"] if proto == "tcp" else [],
                ["--tcp-flags SYN,ACK,FIN,RST ACK"] if proto == "tcp" else [],
            ))  # fmt: skip
        if proto == "icmp":
            return seed.choice(([], [f"{self._not()}--icmp-type {seed.choice(('8', '0', '3', '3/3', 'any', '11'))}"]))
        return seed.choice(([], [f"{self._not()}--icmpv6-type {seed.choice(('128', '129', '1', '1/4', '3'))}"]))

    def _match(self, table: str, hooks: tuple[str, ...]) -> str:
        seed, no = self.seed, self._not(0.25)
        four = self.family == 4
        states = ",".join(seed.sample(_STATES, seed.randrange(1, 4)))
        kind = seed.choice(("LOCAL", "UNICAST", "BROADCAST" if four else "LOCAL", "LOCAL,UNICAST"))
        choices = [
            f"-m conntrack {no}--ctstate {states}", f"-m state {no}--state {states}",
            f"-m conntrack --ctstate {seed.choice(('SNAT', 'DNAT', 'NEW,DNAT', 'ESTABLISHED,SNAT'))}",
            f"-m conntrack {no}--ctstatus {seed.choice(('SEEN_REPLY', 'CONFIRMED', 'ASSURED', 'NONE', 'EXPECTED'))}",
            f"-m conntrack --ctdir {seed.choice(('ORIGINAL', 'REPLY'))}",
            f"-m conntrack {no}--ctorigdst {self._address('vip', 'b', 'net')}",
            f"-m conntrack {no}--ctreplsrc {self._address('b', 'net')}",
            f"-m conntrack {no}--ctrepldst {self._address('a', 'own', 'net')}",
            f"-m conntrack {no}--ctorigdstport {seed.choice(('80', '1:1000'))}",
            f"-m conntrack --ctproto {seed.choice(('tcp', 'udp'))}",
            f"-m mark {no}--mark {seed.choice(('0', '1', '0x4000/0x4000', '0/0xff', '2/3'))}",
            f"-m connmark {no}--mark {seed.choice(('0', '1', '0/0xff', '5'))}",
            f"-m addrtype {no}--dst-type {kind}", f"-m addrtype {no}--src-type {kind}",
            f"-m statistic --mode random --probability {seed.choice(('0.5', '0.2', '0.75'))}" if seed.random() < 0.3 else "",
            "-m comment --comment " + seed.choice(_COMMENTS),
            f"-m length {no}--length {seed.choice(('60', '61:', '0:100', '40:84'))}",
            f"-m {'ttl' if four else 'hl'} {no}--{'ttl' if four else 'hl'}-eq {seed.choice((64, 63, 62))}",
            f"-m {'ttl' if four else 'hl'} --{'ttl' if four else 'hl'}-{seed.choice(('lt', 'gt'))} 63",
            f"-m pkttype {no}--pkt-type {seed.choice(('unicast', 'broadcast', 'multicast'))}",
            f"-m tos {no}--tos {seed.choice(('0x10', '0x10/0x10', '0x00/0xfc'))}", f"-m dscp {no}--dscp {seed.choice(('0', '10'))}",
            f"-m ecn {no}--ecn-ip-ect {seed.choice('012')}",
            f"-m iprange {no}--dst-range {self.known['b'][1]}-{self.known['b'][4]}",
            f"-m iprange {no}--src-range {self.known['a'][1]}-{self.known['a'][3]}",
            "-m limit --limit 10000/sec --limit-burst 1000",
            f"-m recent --set --name r{seed.randrange(1000000)}", "-m physdev ! --physdev-is-bridged" if "OUTPUT" not in hooks and table != "nat" else "",
            f"-m set {no}--match-set {seed.choice(('s4', 'n4', 'l4') if four else ('s6', 'n6'))} {seed.choice(('src', 'dst'))}",
            f"-m set {no}--match-set {'p4' if four else 'p6'} {seed.choice(('dst,dst', 'src,dst'))}",
            f"-m set {no}--match-set b4 {seed.choice(('dst', 'src'))}" if four else "",
            f"-m set {no}--match-set t4 src,dst,dst" if four else "", f"-m set {no}--match-set i4 src,src" if four and set(hooks) <= {"PREROUTING", "INPUT", "FORWARD"} else "",
            f"-m realm {no}--realm 0" if four and set(hooks) <= {"INPUT", "FORWARD", "POSTROUTING", "OUTPUT"} and set(hooks) & {"FORWARD"} else "",
        ]  # fmt: skip
        if hooks == ("OUTPUT",):
            choices += [
                f"-m owner {no}--uid-owner {seed.choice(('0', '1000', '0-10'))}",
                f"-m owner {no}--socket-exists",
                f"-m owner {no}--gid-owner 5",
            ]
        if set(hooks) <= {"FORWARD"}:
            choices += [f"-m devgroup {no}--src-group {seed.choice('07')}", f"-m devgroup {no}--dst-group {seed.choice('07')}"]
        if table == "raw" and hooks == ("PREROUTING",):
            choices += [f"-m rpfilter {seed.choice(('', '--loose', '--invert', '--validmark'))}"] * 3
        return seed.choice(choices)

    def _target(self, table: str, hooks: tuple[str, ...], chains: list[str], proto: str | None) -> str:
        seed = self.seed
        choices = [
            "-j ACCEPT",
            "-j ACCEPT",
            "-j RETURN",
            "",
            f"-j MARK --set-xmark {seed.choice(('0x1', '0x4000/0x4000', '0x2/0x3', '0x1/0x0'))}",
        ]
        choices += [f"-{seed.choice('jjjg')} {name}" for name in chains for _ in range(2)]
        if table != "nat":
            choices += ["-j DROP", "-j DROP"]
            choices += [
                f"-j CONNMARK {seed.choice(('--set-mark 5', '--save-mark', '--restore-mark', '--set-xmark 0x1/0x3', '--save-mark --nfmask 0xff --ctmask 0xff', '--restore-mark --nfmask 0xf --ctmask 0xff'))}"
            ]
        if table in {"filter", "security"} and table == "filter":
            answers = ("icmp-port-unreachable", "icmp-host-prohibited", "icmp-net-unreachable", "icmp-admin-prohibited")
            answers6 = (
                "icmp6-port-unreachable",
                "icmp6-adm-prohibited",
                "icmp6-addr-unreachable",
                "icmp6-no-route",
                "icmp6-policy-fail",
                "icmp6-reject-route",
            )
            choices += ["-j REJECT", f"-j REJECT --reject-with {seed.choice(answers if self.family == 4 else answers6)}"]
            choices += ["-j REJECT --reject-with tcp-reset"] * 2 if proto == "tcp" else []
        if table == "mangle":
            hops = "TTL --ttl" if self.family == 4 else "HL --hl"
            choices += [
                f"-j {hops}-{seed.choice(('set 60', 'dec 1', 'inc 3'))}",
                "-j DSCP --set-dscp 10",
                f"-j TOS --set-tos {seed.choice(('0x10', '0x04/0x0c'))}",
            ]
            choices += ["-j CLASSIFY --set-class 1:2"] if set(hooks) <= {"FORWARD", "OUTPUT", "POSTROUTING"} else []
        if table == "raw":
            choices += [
                "-j CT --notrack",
                "-j NOTRACK",
                f"-j CT --zone {seed.choice((1, 2))}",
                "-j CT --zone-orig 3",
                "-j CT --zone-reply 4",
            ]
        if table == "nat":
            choices += self._nat(hooks, proto) * 2
        return seed.choice(choices)

    def _nat(self, hooks: tuple[str, ...], proto: str | None) -> list[str]:
        seed = self.seed
        ports = proto in {"tcp", "udp"}
        four = self.family == 4

        def to(first: str, last: str = "", port: str = "") -> str:
            span = f"{first}-{last}" if last else first
            if not port:
                return span
            return f"{span}:{port}" if four else f"[{span}]:{port}"

        targets: list[str] = []
        inside, own = self.known["b"], self.known["own"][1]
        if set(hooks) <= {"PREROUTING", "OUTPUT"}:
            targets += [
                f"-j DNAT --to-destination {to(seed.choice(inside))}",
                f"-j DNAT --to-destination {to(inside[1], inside[4])}{seed.choice(('', ' --persistent'))}",
                "-j REDIRECT",
            ]
            targets += [f"-j NETMAP --to {'10.2.0.0/24' if four else 'fd00:2::/64'}"]
            if ports:
                targets += [
                    f"-j DNAT --to-destination {to(seed.choice(inside), port='8080')}",
                    f"-j DNAT --to-destination {to(inside[2], port='8000-8010')}",
                    "-j REDIRECT --to-ports 8080",
                    "-j REDIRECT --to-ports 8000-8080",
                ]
                targets += (
                    ["-j DNAT --to-destination :9999", f"-j DNAT --to-destination {to(inside[3], port='1-60000/1')}"]
                    if four
                    else []
                )
        if set(hooks) <= {"POSTROUTING", "INPUT"}:
            targets += [
                f"-j SNAT --to-source {to(own)}",
                f"-j SNAT --to-source {to(inside[2], inside[5])}{seed.choice(('', ' --persistent'))}",
            ]
            targets += (
                [f"-j SNAT --to-source {to(own, port='2000-3000')}", f"-j SNAT --to-source {to(own, port='7777')}"]
                if ports
                else []
            )
            if hooks == ("POSTROUTING",):
                targets += ["-j MASQUERADE", "-j MASQUERADE --random"] + (["-j MASQUERADE --to-ports 5000-6000"] if ports else [])
        return targets


class Packets:
    """Makes packets."""

    def __init__(self, seed: random.Random, family: int) -> None:
        self.seed, self.family = seed, family
        self.known = addresses(family)
        self.port = 2000 + seed.randrange(2000)

    def one(self) -> Sent:
        """Return the next packet."""
        seed = self.seed
        self.port += 1
        end = seed.choices("abr", (6, 1, 2))[0]
        source = {"a": self.known["a"], "b": self.known["b"], "r": self.known["own"]}[end]
        target = self.known[seed.choices(("b", "vip", "own", "a"), (5, 3, 2, 1))[0]]
        if end == "r":
            target = self.known[seed.choices(("b", "vip", "a"), (5, 3, 2))[0]]
        src, dst = seed.choice(source), seed.choice(target)
        if src == dst:  # both directions would be one tuple
            dst = self.known["vip"][0]
        if self.family == 4 and end == "a" and seed.random() < 0.03:
            dst = "10.1.0.255"
        return Sent(end, self.made(src, dst, end), "broadcast" if dst == "10.1.0.255" else "unicast")

    def made(self, src: str, dst: str, end: str) -> Packet:
        """Return a packet between two addresses."""
        seed = self.seed
        icmp = "icmp" if self.family == 4 else "icmpv6"
        proto = seed.choices(("tcp", "udp", icmp, "esp"), (5, 4, 2, 0.5))[0]
        head = 20 if self.family == 4 else 40
        plain = Packet(
            parse_ip(src), parse_ip(dst), proto, length=head + 20 + seed.choice((0, 40)), ttl=seed.choice((64, 63, 62)),
            tos=seed.choice((0, 0, 0x10, 0x28, 2)), mark=seed.choice((0, 0, 1, 0x4000)) if end == "r" else 0,
        )  # fmt: skip
        if proto == "tcp":
            kinds = [("SYN",), ("SYN",), ("SYN",), ("ACK",), ("SYN", "ACK"), ("FIN", "ACK"), *([("RST",)] if end != "r" else [])]
            return replace(plain, sport=self.port, dport=seed.choice(PORTS), flags=frozenset(seed.choice(kinds)))
        if proto == "udp":
            return replace(plain, sport=self.port, dport=seed.choice(PORTS))
        if proto == icmp:
            kind = seed.choice((8, 8, 0, 13, 15)) if self.family == 4 else seed.choice((128, 128, 129))
            return replace(plain, sport=self.port, icmp_type=kind, icmp_code=0)
        return plain
