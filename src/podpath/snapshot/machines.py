"""Machines that one text shows under one name: the tables say that there are several, the text between them where one ends.

People head their outputs in every language and in ways that no list has. Where two outputs cannot be of one machine (one
network card with two MACs, routes with two sources), and a line that podpath could not read stands between them, that
line is the heading. Without such a line, and where it speaks of a time (``After the reboot:``), nothing is decided.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from podpath.readers.host_words import looks_like_host
from podpath.snapshot.store import Store
from podpath.state.address import BITS
from podpath.state.evidence import Degree

_CARD: Final = re.compile(r"(?:eth|en[ops])\w+\Z")
_SOURCE, _OWN_MAC = "source on ", "card "
_SIGNS: Final = r"""
    -- A network card keeps its MAC; a bridge, a tunnel, a container's cable may be recreated.
    SELECT source, 'card ' || name AS thing, mac::VARCHAR AS value FROM link
    WHERE ns = $ns AND regexp_matches(name, '^(eth|en[ops])\w+$') AND mac IS NOT NULL AND mac <> 0
      AND (peer_index IS NULL OR $inside)
    UNION ALL SELECT source, 'local of ' || name, "local"::VARCHAR FROM vxlan WHERE ns = $ns AND "local" IS NOT NULL
    UNION ALL SELECT source, name, value FROM fact WHERE ns = $ns AND name IN ('hostname', 'machine-id')
    UNION ALL SELECT source, 'source on ' || dev, any_value(prefsrc)::VARCHAR FROM route
        WHERE ns = $ns AND proto = 'kernel' AND prefsrc IS NOT NULL AND family = 4 AND "table" = 'main' AND type = 'unicast'
          AND regexp_matches(dev, '^(eth|en[ops])\w+$') GROUP BY dev, source HAVING count(DISTINCT prefsrc) = 1
    -- A single address of a card is the source of its routes.
    UNION ALL SELECT source, 'source on ' || dev, any_value("address")::VARCHAR FROM "address"
        WHERE ns = $ns AND family = 4 AND regexp_matches(dev, '^(eth|en[ops])\w+$') GROUP BY dev, source HAVING count(*) = 1
"""
_ADDRESSES: Final = 'SELECT source, dev, family, "address", length FROM "address" WHERE ns = ?'
_TIME: Final = re.compile(
    r"(?i)\b(?:before|after|afterwards|now|then|later|earlier|old|new|updated?|reboot\w*|restart\w*|edit|again|fixed|vorher|nachher|"
    r"jetzt|danach|avant|après|antes|después|depois|prima|dopo|сейчас|потом|после|до)\b|之前|之后|以前|以后|重启|现在|再起動"
)
"""A line that says when, not where."""
_BACK: Final = re.compile(
    r"(?i)^\s*(?:\^|[↑⬆])|\b(?:that was|above|obige\w*|oben|ci-dessus|de arriba|sopra|выше)\b|上面|以上|上記"
)
"""A line that speaks of what stands above it: its name is none of what follows."""
_DECORATION: Final = " \t#=*_~-+<>[]()|.:\uff1a`\"'"
_REMARK: Final = re.compile(r"[(\uff08][^()\uff08\uff09]*[)\uff09][\s:\uff1a*_`]*+\Z")
_ADDRESS: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d./])")
_WORDS: Final = re.compile(r"[A-Za-z][\w.-]*\w", re.ASCII)
_LONGEST: Final = 60
_LINK_LOCAL, _LINK_LOCAL_BITS = 0xFE80 >> 6, 118
"""The first bits of fe80::/10, which every device has (RFC 4291), and how many follow."""


class Shown(NamedTuple):
    """An output, by its place in the text.

    Attributes:
        source: its number.
        first: number of its first line.
    """

    source: int
    first: int


class Move(NamedTuple):
    """An output that is of another machine.

    Attributes:
        source: its number.
        name: what the line before it calls that machine; empty if it stays, and only its place is in doubt.
        inside: it is a container behind a bridge of the first machine.
        place: how sure that is.
    """

    source: int
    name: str
    inside: bool
    place: Degree


@dataclass(slots=True)
class _Machine:
    """What a part of the text shows of one machine."""

    name: str
    signs: dict[str, str] = field(default_factory=dict)
    outputs: list[tuple[int, Degree]] = field(default_factory=list)

    def differs(self, signs: dict[str, str]) -> bool:
        """Say whether an output cannot be of it: a card that has kept its MAC may have another address by now."""
        unlike = {thing for thing, value in signs.items() if self.signs.get(thing, value) != value}
        return any(not self.shares({card: signs.get(card, "")}) for thing in unlike if (card := thing.replace(_SOURCE, _OWN_MAC)))

    def shares(self, signs: dict[str, str]) -> bool:
        """Say whether an output shows what this machine has shown."""
        return bool(self.signs.items() & signs.items())


def parted(store: Store, ns: int, file: str, outputs: Sequence[Shown]) -> tuple[str, list[Move]]:
    """Return what the first machine of a text is called, if a line says so, and the outputs that are of others.

    Args:
        store: the snapshot, flushed.
        ns: the namespace that the outputs are in so far.
        file: the text.
        outputs: its outputs in that namespace, in the order of their lines.
    """
    signs: dict[int, dict[str, str]] = {}
    inside = store.raw("SELECT kind <> 'host' FROM netns WHERE ns = ?", [ns])[0][0]
    for source, thing, value in store.raw(_SIGNS, {"ns": ns, "inside": inside}):
        signs.setdefault(source, {})[thing] = value
    titles = [
        (last, text if first == last and not _BACK.search(text) else "")
        for first, last, text in store.raw('SELECT "first", "last", "text" FROM unread WHERE file = ? ORDER BY "last"', [file])
    ]
    machines = _machines(outputs, signs, titles)
    if len(machines) < 2 or len({machine.name for machine in machines}) < len(machines):  # noqa: PLR2004 - another one
        return "", []
    first, *others = machines
    addresses = store.raw(_ADDRESSES, [ns])
    moves = [Move(source, "", inside=False, place=place) for source, place in first.outputs if place is Degree.ASSUMED]
    for machine in others:
        inside = _is_behind(machine, first, addresses)
        moves += [Move(source, machine.name, inside, place) for source, place in machine.outputs]
    return first.name, moves


def _is_behind(inner: _Machine, outer: _Machine, addresses: Sequence[tuple[int, str, int, int, int]]) -> bool:
    """Say whether the card of one is in a network that the other has on a device of its own making: a bridge of containers."""
    ours, theirs = ({source for source, _ in machine.outputs} for machine in (inner, outer))
    made = [
        row for row in addresses
        if row[0] in theirs and not _CARD.match(row[1]) and row[1] != "lo" and row[3] >> _LINK_LOCAL_BITS != _LINK_LOCAL
    ]  # fmt: skip
    cards = [row for row in addresses if row[0] in ours and _CARD.match(row[1])]
    return any(
        family == other and length < BITS[family] and own != address and (own ^ address) >> (BITS[family] - length) == 0
        for _, _, family, own, length in made
        for _, _, other, address, _ in cards
    )


def _machines(outputs: Sequence[Shown], signs: dict[int, dict[str, str]], titles: list[tuple[int, str]]) -> list[_Machine]:
    """Return the machines that outputs are of, or an empty list if no line stands where the machine changes."""
    before = [text for last, text in titles if outputs and last < outputs[0].first]
    machine = _Machine(_name(before[-1:]))
    machines, since = [machine], 0
    waiting: list[Shown] = []
    for output in outputs:
        shown = signs.get(output.source, {})
        if not shown:
            waiting.append(output)
            continue
        if machine.differs(shown):
            between = [(last, text) for last, text in titles if since <= last < output.first]
            if not between or any(_TIME.search(text) for _, text in between):
                return []
            at, seen = between[-1][0], {text for last, text in titles if last < since}
            # What stands between two such lines may be of either machine.
            doubtful = between[0][0]
            machine.outputs += [
                (one.source, Degree.STATED if one.first < doubtful else Degree.ASSUMED) for one in waiting if one.first < at
            ]
            waiting = [one for one in waiting if one.first > at]
            machine = next((one for one in machines if one.shares(shown) and not one.differs(shown)), None) or _Machine(
                _name([text for _, text in reversed(between) if text not in seen]) or f"line {at}"
            )
            if machine not in machines:
                machines.append(machine)
        machine.signs |= shown
        machine.outputs += [(one.source, Degree.STATED) for one in (*waiting, output)]
        waiting, since = [], output.first
    machine.outputs += [(one.source, Degree.STATED) for one in waiting]
    return machines


def _name(texts: Sequence[str]) -> str:
    """Return what the first of some lines calls a machine; empty if that is too long for a name."""
    text = next((text for text in texts if text), "")
    if (match := _ADDRESS.search(text)) is not None:
        return match[0]
    hosts: set[str] = {word for word in _WORDS.findall(text) if any(char.isdigit() for char in word) and looks_like_host(word)}
    if len(hosts) == 1:  # `On n2, however, it is so:`
        return hosts.pop()
    name = _REMARK.sub("", text).strip(_DECORATION)
    return name if len(name) <= _LONGEST else ""
