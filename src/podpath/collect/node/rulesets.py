"""Packet filters of a namespace, printed by their own programs; none is started where there is nothing to print.

Asking may load modules, so the kernel is asked only for what is there already: nftables' tables by one dump,
those of the old iptables and arptables by ``/proc/net/ip_tables_names`` and its kin, sets by one dump. The old ebtables
has nothing of the kind, and asking it creates its tables: podpath reports that its modules are loaded.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Final, NamedTuple

from podpath.collect.node.modules import loaded, present
from podpath.collect.node.proc import read_net
from podpath.netlink import ip_sets, nft_tables
from podpath.netlink.route_socket import dump
from podpath.netlink.sock import Netlink
from podpath.state.evidence import Coverage, covers
from podpath.state.host import EBTABLES, EBTABLES_LOOK, Missing, Ruleset
from podpath.state.ipvs import VirtualServer

_RECENT: Final = "xt_recent"
_LOOK: Final = "tail -v -n +1 /proc/net/xt_recent/*"
_PATIENCE: Final = 10.0
_FOLDERS: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Tables that iptables-nft makes; nft(8) prints them too, but not all matches in words that can be read back.
_XTABLES: Final = frozenset(("filter", "nat", "mangle", "raw", "security"))
_FORMS: Final = {"ip": "iptables", "ip6": "ip6tables"}
_LEGACY: Final = (("iptables", "ip_tables_names"), ("ip6tables", "ip6_tables_names"), ("arptables", "arp_tables_names"))
_OLD_EBTABLES: Final = "rules of the old ebtables: to ask whether there are any would create its tables"
_EBTABLES: Final = ("ebtable_filter", "ebtable_nat", "ebtable_broute")


class Printed(NamedTuple):
    """What a program printed.

    Attributes:
        command: the program and its words.
        text: its output.
    """

    command: str
    text: str


Found = Printed | Missing | Coverage


def rulesets(*, host: bool = False) -> Iterator[Found]:
    """Yield the rulesets of the calling thread's namespace, what is missing of them, and what is complete.

    Args:
        host: the namespace is the node's own; facts about the whole kernel are reported there.
    """
    yield from _nftables()
    for form, names in _LEGACY:
        yield from _legacy(form, names)
    if host and any(loaded(module) for module in _EBTABLES):
        yield Missing(_OLD_EBTABLES, EBTABLES_LOOK, "ruleset", EBTABLES)
    yield from _sets()
    yield from _seen_addresses()
    yield from _virtual_servers()


def _nftables() -> Iterator[Found]:
    there = present("nf_tables")
    if there is None:
        yield Missing("nftables rules (podpath cannot see whether nf_tables is loaded)", "nft list ruleset")
        return
    try:
        tables = list(_tables()) if there else []
    except OSError as error:
        yield Missing(f"nftables rules ({error.strerror or error})", "nft list ruleset")
        return
    yield covers(Ruleset, part="nft")
    if tables:
        yield _run(("nft", "-j", "list", "ruleset"), "nft list ruleset")
    if any(table.family == "netdev" for table in tables):  # before 1.0.7 its JSON does not say on which device a chain looks
        yield _run(("nft", "list", "ruleset", "netdev"), "nft list ruleset netdev")
    for family, form in _FORMS.items():
        if any(table.family == family and table.name in _XTABLES for table in tables):
            yield _run((f"{form}-nft-save", "-c"), f"{form}-save -c", f"{form}-save")


def _tables() -> Iterator[nft_tables.NftTable]:
    with Netlink(nft_tables.NETLINK_NETFILTER) as socket:
        yield from nft_tables.rows(dump(socket, nft_tables.TABLE))


def _legacy(form: str, names: str) -> Iterator[Found]:
    try:
        tables = (read_net(names) or "").split()  # no such file: the module is not loaded
    except OSError as error:
        yield Missing(f"{form} rules ({error.strerror or error})", f"{form}-save -c")
        return
    yield covers(Ruleset, part=form)
    if tables and form == "arptables":  # its save command asks the other back end, and prints no counters
        yield _run(("arptables-legacy", "-n", "-v", "-L"), "arptables -n -v -L", "arptables")
    elif tables:
        yield _run((f"{form}-legacy-save", "-c"), f"{form}-save -c", f"{form}-save")


def _sets() -> Iterator[Found]:
    there = present("ip_set")
    if there is None:
        yield Missing("IP sets (podpath cannot see whether ip_set is loaded)", "ipset save")
        return
    try:
        with Netlink(nft_tables.NETLINK_NETFILTER) as socket:
            some = there and ip_sets.any_sets(socket)
    except OSError as error:
        if there:
            yield Missing(f"IP sets ({error.strerror or error})", "ipset save")
        return
    yield covers(Ruleset, part="ipset")
    if some:
        yield _run(("ipset", "save"), "ipset save")


def _seen_addresses() -> Iterator[Found]:
    """Yield the lists of ``-m recent``, as tail(1) prints them: with their names, empty ones, too."""
    try:
        names = sorted(os.listdir(f"/proc/thread-self/net/{_RECENT}"))
        texts = [f"==> /proc/net/{_RECENT}/{name} <==\n{read_net(f'{_RECENT}/{name}') or ''}" for name in names]
    except FileNotFoundError:
        names, texts = [], []
    except OSError as error:
        yield Missing(f"addresses that rules have seen ({error.strerror or error})", _LOOK)
        return
    yield covers(Ruleset, part="recent")
    if names:
        yield Printed(_LOOK, "\n".join(texts))


def _virtual_servers() -> Iterator[Found]:
    """Yield the table of IPVS; a kernel without its file has no virtual servers."""
    try:
        text = read_net("ip_vs")
    except OSError as error:
        yield Missing(f"virtual servers ({error.strerror or error})", "ipvsadm -Ln")
        return
    yield covers(VirtualServer)
    if text is not None:
        yield Printed("cat /proc/net/ip_vs", text)


def _run(words: tuple[str, ...], told: str, instead: str = "") -> Printed | Missing:
    """Run a program in the calling thread's namespace.

    Args:
        words: the program and its words.
        told: what a person types to see the same.
        instead: another name of the program, for machines that have one of the two kinds only.
    """
    path = os.environ.get("PATH", "") + ":" + _FOLDERS
    program = shutil.which(words[0], path=path) or (shutil.which(instead, path=path) if instead else None)
    if program is None:
        return Missing(f"what {told.partition(' ')[0]} shows: there are rules, and {words[0]} is not installed", told)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, without a shell
            [program, *words[1:]], capture_output=True, timeout=_PATIENCE, check=False, stdin=subprocess.DEVNULL,
            env={"PATH": path, "LC_ALL": "C", "XTABLES_LOCKFILE": "/dev/null"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Missing(f"what {told} shows (no answer for {_PATIENCE:.0f} s)", told)
    except OSError as error:
        return Missing(f"what {told} shows ({error.strerror})", told)
    if done.returncode != 0:
        return Missing(f"what {told} shows ({done.stderr.decode(errors='replace').strip()[:200]})", told)
    return Printed(" ".join(words), done.stdout.decode(errors="replace"))
