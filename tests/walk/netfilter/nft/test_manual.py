"""Every example of the installed nft(8), as the kernel took it: what nft prints for people and for programs is one model."""

import gzip
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from podpath.state.address import V6
from podpath.walk.netfilter import Listing
from podpath.walk.netfilter.nft.listing import NftChain, read
from tests.netlink.space import Space
from tests.walk.netfilter.nft.test_forms import PACKETS, made_of

MANUALS: Final = Path("/usr/share/man/man8")
CHAINS: Final = {
    "filter": ("input", "output", "forward", "prerouting"), "raw": ("prerouting", "output"),
    "nat": ("prerouting", "postrouting", "output"),
}  # fmt: skip
_BARE: Final = re.compile(r"(?:(?:ip|ip6|inet|bridge) )?(?:filter|raw|nat) (?:input|output|forward|prerouting|postrouting) ")
"""An example that leaves `add rule` out."""
_SHORT: Final = re.compile(r"(?:(bridge|ip) )?(input|forward) (?=meta|ip)")
"""One that leaves the table out, too."""
_LEAST: Final = 60


def examples() -> Iterator[str]:
    """Yield what can be loaded of the manual's examples: commands, and whole tables."""
    found = sorted(MANUALS.glob("nft.8*"))
    if not found:
        pytest.skip("needs the manual page of nft")
    raw = found[0].read_bytes()
    page = (gzip.decompress(raw) if found[0].suffix == ".gz" else raw).decode()
    for text, mark in ((r"\-", "-"), (r"\(aq", "'"), (r"\*(Aq", "'"), (r"\e" + "\n", " "), (r'\e"', '"'), (r"\&", "")):
        page = page.replace(text, mark)
    page = re.sub(r"\\f[BIR]", "", page)
    for block in re.findall(r"^\.nf$(.*?)^\.fi$", page, re.DOTALL | re.MULTILINE):
        tables = re.findall(r"^ *table .*?\{.*?^ *\}$", block, re.DOTALL | re.MULTILINE)
        yield from tables
        for line in re.sub(r"\s#.*", "", block).splitlines() if not tables else ():
            command = line.strip().removeprefix("nft ").replace("'", "")
            if _BARE.match(command):
                command = f"add rule {command}"
            elif (short := _SHORT.match(command)) is not None:
                command = f"add rule {short[1] or 'ip'} filter {command.removeprefix(f'{short[1]} ')}"
            if re.match(r"add (rule|set|map|counter|quota|limit) (?!\[)", command):
                yield command


def base(family: str, table: str, chain: str) -> str:
    """Return the commands that make a chain for the examples."""
    kind = "nat" if table == "nat" else "filter"
    return f"add table {family} {table}\nadd chain {family} {table} {chain} {{ type {kind} hook {chain} priority 0; }}\n"


@pytest.fixture(scope="module")
def printed() -> Iterator[tuple[str, str]]:
    """Return the ruleset that the kernel made of the examples, for people and for programs."""
    with Space() as space:
        space.do(*(f"ip link add {name} type bridge" for name in ("eth0", "eth1", "foo", "veth1", "ppp0")))

        def load(commands: str) -> bool:
            words = ["ip", "netns", "exec", space.name, "nft", "-f", "-"]
            done = subprocess.run(words, input=commands, capture_output=True, text=True, check=False)
            return done.returncode == 0

        for family in ("ip", "ip6", "inet", "bridge"):
            for table, chains in CHAINS.items():
                for chain in chains:
                    load(base(family, table, chain))
            load("".join(f"add chain {family} filter {name}\n" for name in ("from_lan", "prohibited")))
        load("add set ip filter allowed_hosts { type ipv4_addr; }\nadd set ip filter allowed_ports { type inet_service; }")
        taken = sum(map(load, examples()))
        assert taken >= _LEAST, taken
        yield space.do("nft list ruleset"), space.do("nft -j list ruleset")


def chains_of(text: str) -> dict[tuple[str, str, str], NftChain]:
    """Return the chains that hooks call."""
    bases, _, _ = read(Listing("nft list ruleset", text), set())
    found = [each.chain for each in bases if isinstance(each.chain, NftChain)]
    return {(chain.table.family, chain.table.name, chain.name): chain for chain in found}


@pytest.mark.root
def test_both_forms_of_each_example_are_one_model(printed: tuple[str, str]) -> None:
    """Rule by rule, for packets of several kinds."""
    people, programs = map(chains_of, printed)
    assert people.keys() == programs.keys()
    different, count = [], 0
    for key, other in programs.items():
        assert len(people[key].loads) == len(other.loads)
        for at in range(len(other.loads)):
            rule, count = people[key].rule(at), count + 1
            seen = [packet for packet in PACKETS if key[0] != f"ip{'' if packet.family == V6 else '6'}"]
            if any(made_of(rule, packet) != made_of(other.rule(at), packet) for packet in seen):
                different.append(f"{' '.join(key)}: {rule.place.text}")
    assert count >= _LEAST // 2
    assert different == []


@pytest.mark.root
def test_no_word_of_an_example_is_unread(printed: tuple[str, str]) -> None:
    """What podpath cannot evaluate is unknown by name."""
    rules = [chain.rule(at) for text in printed for chain in chains_of(text).values() for at in range(len(chain.loads))]
    unread = {rule.place.text for rule in rules for packet in PACKETS for turn in made_of(rule, packet)
              if turn[0] and ("what the rule says" in turn[0][-1] or " means (" in turn[0][-1])}  # fmt: skip
    assert unread == set()
