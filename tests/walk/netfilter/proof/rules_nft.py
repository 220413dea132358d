"""Random rulesets of nftables: every choice comes from one seed.

What nft itself does not print nobody can see in a listing, and it is not drawn: `ct protocol tcp` before `tcp dport`,
`meta l4proto esp` before `meta l4proto { tcp, udp }`, and how a rule of inet rejects after `iiftype ether`.
"""

# ruff: noqa: E501 - what can be drawn is read as one table

import random
import re

from tests.walk.netfilter.proof.rules import addresses

_IN = ('"ra"', '"rb"', '"r*"', '{ "ra", "lo" }')
_STATES = ("new", "established", "related", "invalid", "untracked")


_READS_CT = re.compile(r"\bct (?!state)(?!.*zone set)|jump|goto|@m\b")


def _alike_everywhere(text: str) -> str:
    """Leave out what kernels answer differently: fields of a connection between `ct zone set` and the lookup at -200."""
    kept, early = [], False
    for line in text.splitlines():
        if line.startswith(" chain"):
            early = re.search(r"priority -(?:300|299);", line) is not None
        if not (early and _READS_CT.search(line)):
            kept.append(line)
    return "\n".join([*kept, ""])


class Nftables:
    """Makes a ruleset of ``nft -f``."""

    def __init__(self, seed: random.Random, family: int) -> None:
        self.seed, self.family = seed, family
        # Draws of its own, so that what seeds of the past draw stays as it was.
        self.sides = random.Random()
        self.sides.setstate(seed.getstate())
        self.known = addresses(family)
        self.ip = "ip" if family == 4 else "ip6"
        self.kin = "inet"
        self.type = "ipv4_addr" if family == 4 else "ipv6_addr"

    def text(self) -> str:
        """Return the text."""
        whole = "".join(self._table(at) for at in range(self.seed.choice((1, 1, 2))))
        whole = re.sub(r"ct zone", lambda _: f"ct {self.sides.choice(('', 'original ', 'reply '))}zone", whole)
        return _alike_everywhere(whole) if "zone set" in whole else whole

    def _table(self, at: int) -> str:
        seed = self.seed
        kin = self.kin = seed.choice((self.ip, "inet"))
        name = f"t{at}"
        chains = [f"u{place}" for place in range(seed.randrange(4))]
        lines = [f"table {kin} {name} {{", *self._sets(chains)]
        for place, chain in enumerate(chains):
            lines += [
                f" chain {chain} {{",
                *(f"  {self._rule('', '', chains[place + 1 :])}" for _ in range(seed.randrange(1, 5))),
                " }",
            ]
        for place in range(seed.randrange(2, 6)):
            kind, hook, priority = seed.choice(
                [
                    ("filter", hook, seed.choice((-300, -150, 0, 0, 10, 150)))
                    for hook in ("prerouting", "input", "forward", "forward", "output", "postrouting")
                ]
                + [
                    ("nat", "prerouting", -100),
                    ("nat", "postrouting", 100),
                    ("nat", "output", -100),
                    ("nat", "input", 100),
                    ("route", "output", -150),
                ]
            )
            policy = "drop" if kind == "filter" and seed.random() < 0.15 else "accept"
            lines.append(f" chain b{place} {{ type {kind} hook {hook} priority {priority + at}; policy {policy};")
            lines += [f"  {self._rule(kind, hook, chains, priority)}" for _ in range(seed.randrange(1, 7))]
            lines.append(" }")
        return "\n".join([*lines, "}", ""])

    def _sets(self, chains: list[str]) -> list[str]:
        k = self.known
        jump = f"jump {chains[-1]}" if chains else "accept"
        # A chain that a map jumps to is the last one: it jumps nowhere.
        return [
            f" set s {{ type {self.type}; elements = {{ {k['a'][0]}, {k['b'][1]}, {k['vip'][0]} }} }}",
            f" set n {{ type {self.type}; flags interval; elements = {{ {k['net'][1]}, {k['b'][2]}-{k['b'][4]} }} }}",
            f" set c {{ type {self.type} . inet_proto . inet_service; elements = {{ {k['b'][0]} . tcp . 80, {k['vip'][1]} . udp . 53 }} }}",
            f" set ci {{ type {self.type} . inet_service; flags interval; elements = {{ {k['net'][2]} . 1-1000, {k['vip'][0]} . 8080 }} }}",
            f" map m {{ type {self.type} . inet_service : verdict; elements = {{ {k['b'][0]} . 80 : drop, {k['vip'][0]} . 443 : {jump}, {k['b'][2]} . 53 : accept }} }}",
            f" map d {{ type inet_service : {self.type}; elements = {{ 80 : {k['b'][3]}, 443 : {k['b'][4]} }} }}",
            " map k { type inet_service : mark; elements = { 80 : 5, 53 : 0x10, 22 : 1 } }",
        ]

    def _not(self) -> str:
        return "!= " if self.seed.random() < 0.25 else ""

    def _address(self, *kinds: str) -> str:
        return self.seed.choice(
            [
                one
                for kind in (kinds or ("a", "b", "vip", "own", "net"))
                for one in self.known[kind]
                if "/0" not in one and "/255" not in one
            ]
        )

    def _matches(self, hook: str) -> list[str]:
        seed, ip, no = self.seed, self.ip, self._not()
        four = self.family == 4
        icmp = "icmp" if four else "icmpv6"
        states = ", ".join(seed.sample(_STATES, seed.randrange(1, 4)))
        choices = [
            f"{ip} saddr {no}{self._address('a', 'b', 'net')}", f"{ip} daddr {no}{self._address()}",
            f"{ip} daddr {{ {self._address('b')}, {self._address('vip')} }}" if seed.random() < 0.5 else f"{ip} saddr {no}{{ {self.known['net'][1]}, {self.known['b'][0]}-{self.known['b'][3]} }}",
            f"{ip} saddr {no}@s", f"{ip} daddr {no}@n", f"{ip} daddr {no}@s", f"{ip} daddr . meta l4proto . th dport @c",
            f"{ip} daddr . tcp dport {no}@ci", f"{ip} daddr . udp dport @ci",
            f"tcp dport {no}{seed.choice(('80', '22-443', '{ 22, 80, 8000-9000 }'))}", f"udp dport {no}{{ 53, 80 }}", "udp sport 1024-40000", "meta l4proto { tcp, udp } th dport 80-1000",
            f"tcp flags {seed.choice(('syn', '& (syn | ack) == syn', '& (fin | syn | rst | ack) == ack', '!= syn', 'syn,ack', '== syn'))}",
            f"{icmp} type {no}{'echo-request' if four else seed.choice(('echo-request', '{ echo-reply, 1 }'))}", f"meta l4proto {no}{seed.choice(('tcp', 'udp', 'esp', '{ tcp, esp }'))}",
            f"ct state {seed.choice(('', '!= '))}{{ {states} }}" if seed.random() < 0.5 else f"ct state {states.replace(' ', '')}",
            f"ct status {seed.choice(('snat', 'dnat', 'snat,dnat', 'seen-reply', 'confirmed', 'assured'))}", f"ct direction {seed.choice(('original', 'reply'))}",
            f"ct mark {no}{seed.choice(('0', '1', '5'))}", "ct mark & 0xf == 1", f"ct original {ip} daddr {self._address('vip', 'b')}", f"ct reply {ip} saddr {no}{self._address('b')}",
            "ct mark != 7", f"ct zone {no}0", "ct protocol != tcp",
            f"meta mark {no}{seed.choice(('0', '1', '0x4000', '0-5'))}", "meta mark & 0x4000 == 0x4000", f"meta length {seed.choice(('> 60', '<= 84', '!= 60', '40-80'))}",
            f"meta pkttype {no}{seed.choice(('host', 'broadcast', '{ host, multicast }'))}", f"meta nfproto {no}{'ipv4' if four else 'ipv6'}", f"{ip} {'ttl' if four else 'hoplimit'} {seed.choice(('64', '< 63', '>= 63', '!= 62'))}",
            f"{ip} dscp {no}{seed.choice(('cs0', 'af11', '0x04'))}", f"{ip} ecn {no}{seed.choice(('not-ect', 'ect0'))}",
            f"fib daddr type {no}{seed.choice(('local', 'unicast', '{ local, broadcast }'))}", f"fib saddr type {no}{seed.choice(('local', 'unicast'))}",
            "numgen random mod 2 0" if seed.random() < 0.3 else "meta mark 0-0xffff", f"jhash {ip} saddr mod 3 seed 0xdeadbeef {seed.choice('012')}" if seed.random() < 0.3 else "meta mark 0-0xffff",
            "limit rate 10000/second burst 1000 packets", f"{ip} saddr & {'255.255.255.252' if four else 'ffff:ffff::'} == {'10.1.0.0' if four else 'fd00:1::'}",
        ]  # fmt: skip
        if hook in {"prerouting", "input", "forward"}:
            choices += [f"iifname {no}{seed.choice(_IN)}", f"iif {no}ra", "meta iifgroup 0", "iiftype ether"]
        if hook in {"postrouting", "output", "forward"}:
            choices += [f"oifname {no}{seed.choice(_IN[:3])}", f"oif {no}rb", "meta oifgroup 7"]
        if hook == "output":
            choices += [f"meta skuid {no}{seed.choice(('0', '1000', '0-10'))}", "meta skgid 0"]
        if hook == "prerouting":
            choices += [
                "fib daddr . iif type local",
                "fib saddr . iif oif exists",
                "fib saddr . iif oif missing",
                "fib saddr oif exists",
                'fib saddr . iif oifname "ra"',
            ]
        return seed.sample(choices, seed.choice((0, 1, 1, 2)))

    def _rule(self, kind: str, hook: str, chains: list[str], priority: int = 0) -> str:
        seed = self.seed
        matches = [match for match in self._matches(hook) if match]
        if sum(match.startswith("meta l4proto") for match in matches) > 1:
            matches = [match for match in matches if "th dport" not in match]
        if kind == "nat" and seed.random() < 0.5:
            return self._nat(hook, matches)
        action = self._action(kind, hook, chains, priority)
        if action.startswith("reject with") and self.kin == "inet":
            matches = [match for match in matches if match != "iiftype ether"]
        return " ".join([*matches, action])

    def _action(self, kind: str, hook: str, chains: list[str], priority: int) -> str:
        seed, ip = self.seed, self.ip
        four = self.family == 4
        jump = f"jump {seed.choice(chains)}" if chains else "accept"
        choices = [
            "accept",
            "accept",
            "return",
            "counter",
            jump,
            jump.replace("jump", "goto") if chains else "accept",
            "meta mark set 1",
            "meta mark set meta mark | 0x4000",
            "meta mark set meta mark & 0xff ^ 3",
            "meta mark set tcp dport map @k",
            f"{ip} daddr . tcp dport vmap @m" if chains else "drop",
            f"meta l4proto vmap {{ tcp : accept, udp : {jump if chains else 'continue'} }}",
            f"ct state vmap {{ established : accept, related : accept, invalid : {'drop' if kind != 'nat' else 'accept'} }}",
            "ct mark set 5",
            "ct mark set meta mark",
            "meta mark set ct mark",
            f"numgen random mod 2 vmap {{ 0 : accept, 1 : {jump} }}" if seed.random() < 0.3 else "counter",
            "continue",
            "tcp dport vmap { 22 : accept, 80-100 : return, 8080 : continue }",
            "log group 99",
            "meta priority set 1:2" if hook in {"forward", "output", "postrouting"} else "counter",
        ]
        if kind != "nat":
            choices += ["drop", "drop"]
        if kind == "filter":
            if hook in {"input", "forward", "output"} or (hook == "prerouting" and priority > -300):
                icmp, code = (
                    ("icmp", seed.choice(("host-unreachable", "admin-prohibited", "net-prohibited")))
                    if four
                    else ("icmpv6", seed.choice(("admin-prohibited", "addr-unreachable", "policy-fail")))
                )
                choices += [
                    "reject",
                    f"reject with {icmp} type {code}",
                    *(
                        ["reject with icmpx type admin-prohibited", "reject with icmpx type no-route"]
                        if self.kin == "inet"
                        else []
                    ),
                    "meta l4proto tcp reject with tcp reset",
                ]
            choices += [
                f"{ip} {'ttl' if four else 'hoplimit'} set {seed.choice((60, 70))}",
                f"{ip} dscp set {seed.choice(('cs1', 'af11'))}",
                f"{ip} ecn set ce",
            ]
            if priority == -300 and hook in {"prerouting", "output"}:
                choices += ["notrack"] * 3 + ["ct zone set 3"]
        return seed.choice(choices)

    def _nat(self, hook: str, matches: list[str]) -> str:
        seed, ip, k = self.seed, self.ip, self.known
        four = self.family == 4

        def port(address: str, ports: str) -> str:
            return f"{address}:{ports}" if four else f"[{address}]:{ports}"

        ports = "meta l4proto { tcp, udp }"
        if hook in {"prerouting", "output"}:
            actions = [
                f"dnat {ip} to {seed.choice(k['b'])}",
                f"dnat {ip} to {k['b'][1]}-{k['b'][4]}{seed.choice(('', ' persistent'))}",
                "redirect",
                f"{ports} redirect to :8080",
                f"{ports} dnat {ip} to {port(k['b'][0], '8080')}",
                f"{ports} dnat {ip} to {port(k['b'][0], '8000-8010')}",
                f"dnat {ip} to tcp dport map @d",
                f"dnat {ip} to numgen random mod 2 map {{ 0 : {k['b'][0]}, 1 : {k['b'][1]} }}",
                f"dnat {ip} addr . port to {ip} daddr . tcp dport map {{ {k['vip'][0]} . 80 : {k['b'][2]} . 8080, {k['vip'][1]} . 443 : {k['b'][3]} . 8443 }}",
            ]
        else:
            own = k["own"][1]
            actions = [
                f"snat {ip} to {own}",
                f"snat {ip} to {k['b'][2]}-{k['b'][5]}",
                f"{ports} snat {ip} to {port(own, '2000-3000')}",
                f"snat {ip} to {ip} saddr map {{ {k['a'][0]} : {own}, {k['a'][1]} : {k['b'][5]} }}",
            ]
            if hook == "postrouting":
                actions += ["masquerade", "masquerade random", f"{ports} masquerade to :5000-6000"]
        return " ".join([*matches, seed.choice(actions)])
