"""Every option that iptables takes is read, and printed as its save command prints it."""

import gzip
import itertools
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from podpath.walk.netfilter.xtables.registry import matches, targets
from podpath.walk.netfilter.xtables.rule import XtRule, parse
from tests.netlink.space import Space, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from podpath.walk.netfilter.xtables.extension import Match, Target
    from podpath.walk.netfilter.xtables.options import Option

Extensions: TypeAlias = "Mapping[tuple[str, int], Match] | Mapping[tuple[str, int], Target]"
HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("cases/*.txt"))
SETS = (
    "create nfs4 hash:ip timeout 0 counters", "create nfp4 hash:ip,port", "create nfs6 hash:ip family inet6",
    "create nfm4 hash:ip skbinfo",
)  # fmt: skip
# What one of the two programs writes in its own way: the nft one forgets an option that has no effect.
FORGOTTEN = ("--nflog-range",)


def lines(file: Path) -> Iterator[tuple[int, str, str]]:
    """Yield (family, table, rule as typed) of a file of cases."""
    for line in file.read_text(encoding="utf-8").splitlines():
        families, rest = line.split(" ", 1)
        table, rule = ("filter", rest) if rest.startswith("-") else rest.split(" ", 1)
        for family in families:
            yield int(family), table, rule


def unread(rule: XtRule) -> list[str]:
    """Return the words of a rule that nobody understood."""
    used = [*rule.matches, *([rule.target] if rule.target is not None else [])]
    return [*rule.words, *(word for one in used for word in one.words)]


@pytest.mark.root
@pytest.mark.parametrize("back_end", ["legacy", "nft"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rules_are_printed_as_they_are_saved(space: Space, file: Path, back_end: str) -> None:
    """What a person types and what the kernel's own program saves are one rule, to the letter."""
    for command in SETS:
        space.do(f"ipset {command}")
    for family, grouped in itertools.groupby(sorted(lines(file), key=lambda item: item[:2]), key=lambda item: item[0]):
        program = "iptables" if family == 4 else "ip6tables"
        typed: dict[tuple[str, str], list[str]] = {}
        for _, table, rule in grouped:
            typed.setdefault((table, rule.split()[1]), []).append(rule)
        for table in {table for table, _ in typed}:
            rules = [rule for (held, _), some in typed.items() if held == table for rule in some]
            text = "\n".join((f"*{table}", ":LOOP - [0:0]", *rules, "COMMIT", ""))
            words = (
                "ip",
                "netns",
                "exec",
                space.name,
                "sh",
                "-c",
                'printf %s "$1" | "$2"',
                "-",
                text,
                f"{program}-{back_end}-restore",
            )
            run(*words)
            saved = space.run(f"{program}-{back_end}-save", "-t", table).splitlines()
            for chain in {chain for held, chain in typed if held == table}:
                mine = typed[table, chain]
                # iptables 1.8.11 prints numbers of protocols that it does not know itself; before, names of /etc/protocols.
                real = [
                    line.replace(" -p 47 ", " -p gre ")
                    for line in saved
                    if line.startswith(f"-A {chain} ") or line == f"-A {chain}"
                ]
                assert len(mine) == len(real)
                _same(mine, real, family)


def _same(typed: list[str], saved: list[str], family: int) -> None:
    for mine, real in zip(typed, saved, strict=True):
        assert parse(real, family).text() == real
        assert unread(parse(real, family)) == []
        if not any(word in mine for word in FORGOTTEN):
            assert parse(mine, family).text() == real


def test_every_extension_has_a_rule_to_try() -> None:
    """A match or a target without a case would never be held against the real program."""
    tried = {(word, name) for file in FILES for _, _, rule in lines(file) for word, name in _named(rule)}
    known = {("-m", name) for name, _ in matches()} | {("-j", name) for name, _ in targets()}
    # Not in this kernel, or not to be made without more than a rule: they are read by name all the same.
    absent = {
        ("-m", "osf"), ("-m", "ipvs"), ("-m", "l2tp"), ("-m", "nfacct"), ("-m", "rateest"), ("-j", "LED"), ("-j", "QUEUE"),
        ("-j", "SECMARK"), ("-j", "CLUSTERIP"), ("-j", "DROP"), ("-j", "ACCEPT"),
    }  # fmt: skip
    assert known - tried - absent == set()


MANUAL = Path("/usr/share/man/man8/iptables-extensions.8.gz")
# Options of the manual that no rule can be made with here: the kernel has not what they need, or the program does not take them.
UNMADE = {
    "bpf": {"--object-pinned"}, "nfacct": {"--nfacct-name"},
    "ipvs": {"--ipvs", "--vproto", "--vaddr", "--vport", "--vdir", "--vmethod", "--vportctl"},
    "CLUSTERIP": {"--new", "--hashmode", "--clustermac", "--total-nodes", "--local-node", "--hash-init"},
    "HMARK": {"--hmark-spi-mask", "--hmark-dport-mask", "--hmark-proto-mask"},
    "LED": {"--led-trigger-id", "--led-delay", "--led-always-blink"}, "SECMARK": {"--selctx"}, "SYNPROXY": {"--timestamps"},
}  # fmt: skip
GONE = {"ULOG"}
"""Extensions that no kernel since 3.17 has: a rule with one is unknown by its name."""


def _options(extensions: "Extensions") -> "list[tuple[str, tuple[Option, ...]]]":
    return [(name, extension.options) for (name, _), extension in extensions.items()]


def documented() -> Iterator[tuple[str, set[str]]]:
    """Yield each extension of the manual, with its options."""
    text = gzip.decompress(MANUAL.read_bytes()).decode("utf-8")
    for section in re.split(r"^\.SS ", text, flags=re.MULTILINE)[1:]:
        body = re.sub(r"\\f[BIPR]|\\(?=-)", "", section)
        heads = [part.strip().split("\n")[0] for part in re.split(r"^\.TP.*$", body, flags=re.MULTILINE)[1:]]
        begins = ("--", "[!]", "[[!]", "[--", "{")
        yield (
            section.split()[0].strip('"'),
            {flag for head in heads if head.startswith(begins) for flag in re.findall(r"--[a-z0-9][a-z0-9-]*", head)},
        )


@pytest.mark.skipif(not MANUAL.exists(), reason="the manual of iptables is not installed")
def test_every_option_of_the_manual_is_known_and_tried() -> None:
    """iptables-extensions(8), section by section: podpath reads the option, and a rule of the real program has it."""
    known: dict[str, set[str]] = {}
    for name, options in [*_options(matches()), *_options(targets())]:
        known.setdefault(name, set()).update(flag for option in options for flag in (option.flag, *option.aliases))
    typed = {word for file in FILES for _, _, rule in lines(file) for word in rule.split()}
    pages = dict(documented())
    assert len(pages) > 90
    assert {name for name in pages if name not in known} == GONE
    assert {name: lacking for name, flags in pages.items() if name in known and (lacking := flags - known[name])} == {
        "SYNPROXY": {"--timestamps"}
    }
    untried = {name: lacking for name, flags in pages.items() if name in known and (lacking := flags - typed)}
    assert untried == UNMADE


@pytest.mark.parametrize("name", sorted(GONE | {"somebodys-own"}))
def test_an_extension_that_nobody_knows_is_unknown_by_its_name(name: str) -> None:
    """A target or a match; what stands in its options is kept as it was typed."""
    target = parse(f'-A INPUT -j {name} --what "a b" --more', 4)
    assert target.text() == f'-A INPUT -j {name} --what "a b" --more'
    match = parse(f"-A INPUT -m {name} ! --what 1 -j DROP", 4)
    assert match.text() == f"-A INPUT -m {name} ! --what 1 -j DROP"


def _named(rule: str) -> Iterator[tuple[str, str]]:
    words = rule.split()
    for word, name in itertools.pairwise(words):
        if word in {"-m", "-j"}:
            yield word, name
        elif word == "-p":
            yield "-m", {"icmpv6": "icmp6", "ipv6-icmp": "icmp6", "58": "icmp6"}.get(name, name)


def test_the_page_lists_every_extension_and_statement() -> None:
    """`python tools/write_docs.py` writes docs/netfilter.md."""
    root = HERE.parents[3]
    made = runpy.run_path(str(root / "tools" / "write_docs.py"))["netfilter_page"]()
    assert (root / "docs" / "netfilter.md").read_text(encoding="utf-8") == made
