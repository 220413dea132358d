"""Writes the pages that are made from the code: tables.md, checks.md, lab-faults.md, netfilter.md. Tests hold them to it."""

import ast
import functools
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from podpath.causes.registry import cause
from podpath.checks.engine.registry import checks
from podpath.explain.drop_reasons import drop_reasons
from podpath.lab.compose import compose
from podpath.lab.faults.absent import absent
from podpath.lab.faults.registry import faults
from podpath.lab.faults.run import scene
from podpath.lab.load import load, topologies
from podpath.lab.plan import Plan
from podpath.lab.reach import ANY, LOST
from podpath.readers.registry import readers
from podpath.snapshot.schema import FRAME, MACROS, ROWS, VERSION, columns
from podpath.state.table import tables as declared
from podpath.walk.netfilter.frames.language import Language
from podpath.walk.netfilter.frames.save import LANGUAGES
from podpath.walk.netfilter.nft import expressions, statements
from podpath.walk.netfilter.xtables.extension import Match, Target
from podpath.walk.netfilter.xtables.registry import matches, targets

if TYPE_CHECKING:
    from podpath.lab.client import Cluster

DOCS = Path(__file__).resolve().parent.parent / "docs"
NETFILTER = DOCS.parent / "src" / "podpath" / "walk" / "netfilter"


def _table(name: str) -> Iterator[str]:
    text = inspect.getdoc(FRAME.get(name) or ROWS[name]) or ""
    yield f"### {name}"
    yield ""
    yield text.partition("\n")[0]
    yield ""
    if name in ROWS and declared()[name].listing:
        yield f"Shown by `{declared()[name].listing}`."
        yield ""
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for column in columns(name):
        if name in FRAME or column.name not in ("ns", "source", "line"):
            yield f"| `{column.name}` | {column.sql} | {column.doc.replace('|', chr(92) + '|')} |"
    yield ""


def tables() -> str:
    """Return docs/tables.md."""
    macros = sorted(f"{name}{text.partition(' AS')[0]}" for name, text in MACROS.items())
    lines = [
        "# Tables of a snapshot",
        "",
        "A snapshot is one file: a DuckDB database, packed by xz unless it is larger than 16 MB. `podpath sql QUERY FILE` asks"
        " it. To read",
        "it without podpath, unpack it (`xz -dc FILE > all.duckdb`) and open it with DuckDB, 1.4 or newer. From Python, with"
        " pandas or polars:",
        "",
        "```python",
        "import duckdb, lzma, pathlib",
        'pathlib.Path("all.duckdb").write_bytes(lzma.open("all.podpath").read())',
        'routes = duckdb.connect("all.duckdb", read_only=True).sql("FROM route").df()  # .pl() for polars',
        "```",
        "",
        f"The layout's version is `podpath.snapshot/{VERSION}` (table `meta`); podpath reads every older one, too, from 2 on.",
        "",
        "An address of either family is one number (`UHUGEINT`), an IPv4 address stands where `::ffff:a.b.c.d` does. A MAC",
        "is one number too (`UBIGINT`). `podpath sql` prints both as text. An empty word is stored as NULL.",
        "",
        "These functions are stored in every snapshot:",
        "",
        *(f"- `{macro}`" for macro in macros),
        "",
        "## Where rows come from",
        "",
    ]
    for name in FRAME:
        lines += _table(name)
    lines += [
        "## Rows",
        "",
        "Each of these tables begins with `ns` (the namespace, `netns.ns`), `source` (the output, `source.source`) and",
        "`line` (the line of the file, from 1).",
        "",
    ]
    for name in ROWS:
        lines += _table(name)
    lines += ["## Readers", "", "Output of these commands is read:", ""]
    lines += [f"- `{reader.name}`{', JSON too' if reader.read_json else ''}" for reader in readers()]
    return "\n".join(lines).rstrip() + "\n"


def rule_words() -> str:
    """Return the words that rules may hold whoever wrote them: those in the sources of the walk's netfilter."""
    found: set[str] = set()
    for path in sorted(NETFILTER.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        prose: set[ast.AST] = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        prose |= {part for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
                is_pattern = path.stem in _OF_PATTERNS and (path.stem != "names" or " " not in node.value)
                form = r"[A-Za-z]+" if path.stem == "names" else r"[A-Za-z_][\w-]*"
                found |= set(re.findall(form, node.value)) if is_pattern else _single(node.value)
    return "\n".join(sorted(found)) + "\n"


_OF_PATTERNS = frozenset(("names", "protocols", "words", "blocks", "terms", "types", "reject", "listing"))
"""Sources whose strings are patterns and lists of words."""


def _single(text: str) -> set[str]:
    """Return the words of a string that is no sentence."""
    words = text.replace(",", " ").split()
    plain = all(re.fullmatch(r"[A-Za-z_!-][\w-]*", word) for word in words)
    return {word for word in words if not word.startswith(("-", "!"))} if plain and len(words) <= _FEW else set()


_FEW = 2


def checks_page() -> str:
    """Return docs/checks.md."""
    lines = [
        "# Checks",
        "",
        "`podpath explain NAME` explains each and shows how to check it by hand; `--ignore NAME` omits one.",
        "",
        "| check | severity | what is wrong |",
        "| --- | --- | --- |",
    ]
    lines += [f"| `{name}` | {cause(name).severity} | {cause(name).title} |" for name in checks()]
    return "\n".join(lines) + "\n"


_SEEN = {"": "success", LOST: "no answer", ANY: "random"}


def _symptom(name: str) -> Iterator[str]:
    """Describe the effect of a fault on the first topology that can have it."""
    fault = faults()[name]
    usual = ["flannel-vxlan", "canal", "docker"]
    topology = next(topology for topology in [*usual, *topologies()] if topology in _suited(name))
    plan = _plan(topology)
    # A symptom is said about a plan; no lab is built for it.
    place = scene(cast("Cluster", None), plan, fault)
    yield f"On `{topology}`, injected on {place.node.name}:"
    yield ""
    yield "| from | to | probes | what the sender sees |"
    yield "| --- | --- | --- | --- |"
    for rule in fault.symptom(place):
        sees = " or ".join(_SEEN.get(word, word) for word in rule.sees.split("|"))
        where = {"same": ", same node", "other": ", other nodes"}.get(rule.between, "")
        probes = "all" if rule.probes == "*" else rule.probes
        family = f", IPv{rule.family}" if rule.family else ""
        yield f"| {_ends(rule.source)} | {_ends(rule.target)}{where} | {probes}{family} | {sees} |"
    yield ""


def _suited(name: str) -> list[str]:
    """Return the topologies that can have a fault."""
    return [topology for topology in topologies() if not faults()[name].suits(_plan(topology))]


@functools.cache
def _plan(topology: str) -> Plan:
    return compose(load(topology))


def _ends(words: str) -> str:
    return ", ".join("all" if word == "*" else f"`{word}`" for word in words.split(","))


def faults_page() -> str:
    """Return docs/lab-faults.md."""
    lines = [
        "# Faults of the lab",
        "",
        "`podpath lab break NAME` injects one, `podpath lab mend` undoes it. Each table shows what changes, compared with a",
        "healthy lab; a later line overrides an earlier one. `pod@n2` are the pods of n2, `pod@!n2` those of the other nodes.",
        "*No answer* is silence, or `EHOSTUNREACH` once ARP has failed. A service or published port without a line behaves",
        "like the pods behind it.",
        "",
        "| fault | what is wrong | labs |",
        "| --- | --- | --- |",
        *(f"| [{name}](#{name}) | {fault.title} | {', '.join(_suited(name))} |" for name, fault in faults().items()),
        "",
    ]
    for name, fault in faults().items():
        text = inspect.getdoc(inspect.getmodule(fault.inject)) or ""
        lines += [f"## {name}", "", f"{fault.title[0].upper()}{fault.title[1:]}. {text}", "", *_symptom(name)]
        lines += [f"Check: {fault.hint}{'' if fault.hint.endswith('?') else '.'}", ""] if fault.hint else []
        lines += [f"It does not heal by undoing alone: {fault.lasting}.", ""] if fault.lasting else []
    lines += ["## Causes without a fault", "", "What no lab shows, and why:", "", "| cause | why |", "| --- | --- |"]
    lines += [f"| `{name}` | {reason} |" for name, reason in sorted(absent().items())]
    return "\n".join(lines).rstrip() + "\n"


_NETFILTER = """# Netfilter in the walk

How `podpath trace` evaluates the rules of a node, match by match and statement by statement. `python
tools/write_docs.py` writes this page from the code, and a test checks it.

- **Evaluated**: the result follows from the packet and the snapshot. If something is missing, the result is unknown,
  with the command
  that would show it, but only if it matters: if both results have the same outcome, the outcome is known.
- **Passed through**: it changes nothing that affects the packet.
- **Assumed**: it is assumed to match, and a note says so.
- **Unknown**: it depends on something that no snapshot has. An extension that podpath does not know is unknown, too, with
  its name; no rule is ever skipped.

Rules of both back ends of iptables and those of nftables are evaluated in one order: by hook, by priority, and, if
priorities are equal, the newer chain first (net/netfilter/core.c). A table that `iptables-save` and `nft` both
show is evaluated once. `podpath` reads `iptables-save` and `ip6tables-save` of both back ends, `iptables -S`, `nft list
ruleset` with and without `-j`, `ipset save` and `ipset list`. nftables' families bridge, arp and netdev see
frames at their own hooks, including ARP requests; neighbour discovery passes the rules of IPv6. So do ebtables and
arptables, from what `ebtables-save`, `ebtables -L`, `arptables-save` or `arptables -L` of either back end print.
Reading the old
ebtables would create its tables: if its modules are loaded, the capture says so, and the fate of bridged frames is unknown
without `ebtables-legacy-save`. A kernel without modules does not show whether it has them.

If a text is truncated, or contains something that its program does not print, every hook of its namespace is
unknown: podpath never takes
half a rule for a complete one.

Connection tracking (net/netfilter/nf_conntrack_core.c) knows new, established, related, invalid and untracked packets,
zones in either direction, the states of TCP without sequence numbers, ICMP errors about a connection, the entries of the
snapshot, and a full table (unknown). A namespace in which no rule needs connection tracking tracks nothing,
and skips its chains of type nat. What nftables reads of a connection between `ct zone set` and the lookup
is unknown (kernels differ). Address translation (net/netfilter/nf_nat_core.c) keeps a port while it is free,
chooses a random one otherwise (its number is then unknown), and takes the address of a range that the kernel's own
hash selects,
for a little-endian kernel.

## How it is proved

Random rulesets of iptables (both back ends, both families) and of nftables are loaded into a real router, and random
packets sent through it: first packets, their answers, ICMP errors about them, and later packets. podpath must predict
verdict, addresses, ports, mark, TTL, TOS and the reply of a rule that rejects; the rules that matched must be
those of the kernel's own trace, one by one: NFTRACE of nftables, and TRACE of the old iptables, through nfnetlink_log
(`tests/walk/netfilter/proof`). Every rule of
`tests/walk/netfilter/xtables` is typed, saved by the real program, read, and printed again, to the letter.

IPVS (kube-proxy's mode `ipvs`) is followed from `ipvsadm -Ln`, `ipvsadm -Sn` or `/proc/net/ip_vs`: after OUTPUT and
after INPUT
a packet for a virtual server leaves for one of its real servers, by weight. The tests compare this only with
recorded output:
their kernel has no IPVS.

Every option of iptables-extensions(8) has a rule among those, or is in a list with the reason. Rules for frames, and what
a host sends to itself, are tried case by case (`tests/walk/cases`); firewalld, ufw and Docker Engine with the rules that
they wrote themselves. The output of ebtables comes from the version that writes nftables; the old one prints the
same, but this kernel
lacks it. arptables is tried with both.

TPROXY and `-m socket` look at listening sockets, and at sockets that wait for a reply
(`tests/walk/cases/sockets.yaml`, and a
real transparent proxy in `tests/walk/test_proxied.py`). What a proxy does with a packet is unknown. A live capture tells
which sockets are transparent, and so does `ss -tuanp --inet-sockopt`. Not proved here: IPsec, IPVS.
"""


def _standing(extension: Match | Target) -> str:
    return f"{extension.standing}{f': {extension.note}' if extension.note else ''}"


def _extensions(title: str, found: Mapping[tuple[str, int], Match | Target]) -> Iterator[str]:
    """Yield the table of matches or targets."""
    yield from (f"## {title} of iptables", "", "| name | families | options | how |", "| --- | --- | --- | --- |")
    seen: dict[tuple[str, str], list[int]] = {}
    for (name, family), extension in sorted(found.items()):
        options = ", ".join(f"`{option.flag}`" for option in extension.options)
        seen.setdefault((name, f"{options} | {_standing(extension)}"), []).append(family)
    for (name, rest), families in seen.items():
        yield f"| `{name}` | {', '.join(f'IPv{family}' for family in families)} | {rest} |"
    yield ""


def _words(language: Language) -> Iterator[str]:
    """Yield the table of what rules for frames hold."""
    yield from (f"## Rules of {language.program}", "", "| word or target | how |", "| --- | --- |")
    rows = [(word.spellings, word.standing, word.note) for word in dict.fromkeys(language.words.values())]
    for name, aim in language.targets.items():
        rows.append(((name, *(spellings[0] for spellings in aim.options)), aim.standing, aim.note))
    for words, standing, note in rows:
        yield f"| {', '.join(f'`{word}`' for word in words)} | {standing}{f': {note}' if note else ''} |"
    yield ""


def netfilter_page() -> str:
    """Return docs/netfilter.md."""
    lines = [_NETFILTER, *_extensions("Matches", matches()), *_extensions("Targets", targets())]
    for language in LANGUAGES.values():
        lines += [*_words(language)]
    for title, kinds in (
        ("Expressions", {"evaluated": expressions.EVALUATED, "unknown": expressions.UNKNOWN}),
        (
            "Statements",
            {
                "evaluated": statements.EVALUATED, "passed through": statements.PASSES, "assumed": statements.ASSUMED,
                "unknown": statements.UNKNOWN,
            },
        ),
    ):  # fmt: skip
        lines += [f"## {title} of nftables", "", "| name | how |", "| --- | --- |"]
        lines += [f"| `{name.replace('|', chr(92) + '|')}` | {how} |" for how, names in kinds.items() for name in sorted(names)]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def drop_reasons_page() -> str:
    """Return docs/drop-reasons.md."""
    lines = [
        "# Drop reasons",
        "",
        "The kernel names a reason for most packets that it drops (`enum skb_drop_reason`, Linux 5.17). By this table",
        "`podpath trace --live` holds the kernel's reason against the predicted cause: it belongs to the reasons in whose row",
        "it is. `podpath explain REASON` explains each.",
        "",
        "| reason | what it means | causes |",
        "| --- | --- | --- |",
    ]
    for page in dict.fromkeys(drop_reasons().values()):
        names = ", ".join(f"`{name}`" for name in (page.name, *page.also))
        said = page.title + (" (no table shows when)" if page.unshown else "")
        lines.append(f"| {names} | {said} | {', '.join(f'`{one}`' for one in page.causes) or '–'} |")
    return "\n".join(lines) + "\n"


def decisions_page() -> str:
    """Return docs/decisions/index.md."""
    lines = ["# Decisions", "", "Each says what the question was, what was decided, and what follows.", ""]
    for path in sorted((DOCS / "decisions").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
        lines.append(f"- [{title}]({path.name})")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (DOCS / "decisions" / "index.md").write_text(decisions_page(), encoding="utf-8")
    (DOCS / "drop-reasons.md").write_text(drop_reasons_page(), encoding="utf-8")
    (DOCS / "netfilter.md").write_text(netfilter_page(), encoding="utf-8")
    (DOCS / "tables.md").write_text(tables(), encoding="utf-8")
    (DOCS / "checks.md").write_text(checks_page(), encoding="utf-8")
    (DOCS / "lab-faults.md").write_text(faults_page(), encoding="utf-8")
    (NETFILTER.parents[1] / "snapshot" / "redaction" / "rule_words.txt").write_text(rule_words(), encoding="utf-8")
