"""Several machines under one name, and the lines between them that say so in words that no list has."""

import pytest

from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store

CARD = """\
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 52:54:00:00:00:{n} brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.{n}/24 brd 192.0.2.255 scope global eth0
"""
BRIDGE = """\
5: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    link/ether 02:42:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 172.17.0.1/16 scope global docker0
"""
INNER = """\
eth0      Link encap:Ethernet  HWaddr 02:42:AC:11:00:02
          inet addr:172.17.0.2  Bcast:172.17.255.255  Mask:255.255.0.0
"""
ROUTES = "default via 192.0.2.1 dev eth0\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.{n}\n"


def shown(text: str, table: str) -> list[tuple[str, str]]:
    """Return where the rows of a table are, and how sure that is."""
    with Store() as store:
        load_text(store, "ticket.txt", "ticket", None, text.splitlines())
        merge(store)
        return store.raw(f'SELECT DISTINCT place(t.ns), s.place FROM "{table}" t JOIN source s USING (source) ORDER BY ALL')


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ("Máy chủ 1:", "Máy chủ 2:", ["Máy chủ 1", "Máy chủ 2"]),
        ("Auf dem ersten Rechner:", "Auf dem zweiten:", ["Auf dem zweiten", "ersten Rechner"]),
        ("## rke-blue (tainted)", "## rke-green (ok)", ["rke-blue", "rke-green"]),
        ("What I get on the box in the cellar (192.0.2.11):", "And from the attic (192.0.2.12):", ["192.0.2.11", "192.0.2.12"]),
        ("Wir haben zwei Knoten. Auf n1 sieht es so aus:", "Auf n2 dagegen:", ["n1", "n2"]),
        ("la première :", "la suivante :", ["la première", "la suivante"]),
    ],
)
def test_a_line_that_nobody_knows_heads_what_only_another_machine_can_print(one: str, other: str, names: list[str]) -> None:
    """Two cards with two MACs, and a line between them."""
    shape = "{}\n```\n$ ip addr\n{}$ ip route\n{}```\n\n"
    text = "".join(shape.format(title, CARD.format(n=n), ROUTES.format(n=n)) for n, title in ((11, one), (12, other)))
    assert [place for place, _ in shown(text, "route")] == names
    assert {degree for _, degree in shown(text, "link")} == {"stated"}


def test_routes_alone_tell_two_machines_apart() -> None:
    """By the source that the kernel writes into them."""
    text = f"# Pierwszy:\n{ROUTES.format(n=11)}\n# Drugi:\n{ROUTES.format(n=12)}"
    assert [place for place, _ in shown(text, "route")] == ["Drugi", "Pierwszy"]


def test_what_stands_between_two_such_lines_is_in_doubt() -> None:
    """It may be of either machine."""
    first = f"Pierwszy:\n$ ip addr\n{CARD.format(n=11)}\n"
    between = "Potem:\n$ ip neigh\n192.0.2.7 dev eth0 lladdr 52:54:00:00:00:07 STALE\n\n"
    text = f"{first}{between}Drugi:\n$ ip addr\n{CARD.format(n=12)}"
    assert shown(text, "neighbour") == [("Pierwszy", "assumed")]
    assert shown(text, "link") == [("Drugi", "stated"), ("Pierwszy", "stated")]


@pytest.mark.parametrize("title", ["After the reboot:", "重启之后：", ""])
def test_without_a_line_that_says_where_nothing_is_decided(title: str) -> None:
    """It is one machine at two times, or nobody knows."""
    text = f"$ ip route\n{ROUTES.format(n=11)}\n{title}\n$ ip route\n{ROUTES.format(n=12)}"
    assert shown(text, "route") == [("ticket", "assumed")]


def test_one_card_with_another_address_is_one_machine() -> None:
    """Its MAC is the same."""
    text = f"Rano:\n$ ip addr\n{CARD.format(n=11)}\nWieczorem:\n$ ip addr\n{CARD.format(n=11).replace('2.11/', '2.99/')}"
    assert {place for place, _ in shown(text, "link")} == {"ticket"}


def test_what_is_behind_a_bridge_of_the_first_machine_is_its_container() -> None:
    """As ifconfig shows it, which prints no index."""
    text = f"Szerver:\n$ ip addr\n{CARD.format(n=11)}{BRIDGE}\nA dobozban:\n$ ifconfig\n{INNER}"
    assert shown(text, "link") == [("Szerver", "stated"), ("Szerver container A dobozban", "stated")]


def test_a_link_local_network_puts_no_machine_behind_a_bridge() -> None:
    """Every device has one (RFC 4291); it is no network of containers."""
    local = "    inet6 fe80::{n}/64 scope link\n"
    bridge = BRIDGE + local.format(n=9)
    text = "".join(
        f"{title}\n```\n$ ip addr\n{CARD.format(n=n)}{local.format(n=n)}{bridge if n == 11 else ''}```\n\n"
        for n, title in ((11, "Máy chủ 1:"), (12, "Máy chủ 2:"))
    )
    assert [place for place, _ in shown(text, "link")] == ["Máy chủ 1", "Máy chủ 2"]


def test_a_line_that_speaks_of_what_stands_above_names_nothing_below() -> None:
    """Whose the output below it is, is not told."""
    shape = "```\n$ ip addr\n{}$ ip route\n{}```\n\n{}\n\n"
    text = "".join(
        shape.format(CARD.format(n=n), ROUTES.format(n=n), title)
        for n, title in ((11, "^^ that was node-1"), (12, "^^ that was node-2"))
    )
    assert not {"node-1", "node-2"} & {place for place, _ in shown(text, "route")}
    assert len({place for place, _ in shown(text, "route")}) == 2
