"""The pairs that should reach each other: endpoints and rules. Later rules override earlier ones; without any, all pairs work.

A rule selects ends by words, several joined with commas:

=================  ====================================================
``n1/p1``          the end of this name (``p1`` alone will do)
``pod``            every pod; likewise ``node``, ``outside``, ``service``
``pod@n1``         every pod of a node
``pod@!n1``        every pod of the others
``*``              everybody; ``*@n1``
``app=web``        every pod with this label
=================  ====================================================
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

OK: Final = ""
LOST: Final = "lost"
"""What silence looks like: no answer in time, or (after three seconds of ARP) no route to host."""
ANY: Final = "any"
"""What cannot be told beforehand, because the kernel chooses at random."""
_LOST: Final = frozenset({"ETIMEDOUT", "EHOSTUNREACH"})
_AT_ONCE: Final = frozenset({"EHOSTUNREACH", "ENETUNREACH", "EINVAL"})
"""What a sender's own routes say before anything is sent."""
PROBES: Final = ("tcp", "udp", "icmp")


@dataclass(frozen=True)
class End:
    """Something that sends, or that can be sent to.

    Attributes:
        name: ``n1/p1``, ``n1``, ``ext``, ``service/web``, ``service/web@n1`` (its node port there).
        kind: ``pod``, ``node``, ``outside`` or ``service``.
        node: the node it is on; empty for a ClusterIP.
        addresses: IPv4 and IPv6 addresses to send to.
        sends: whether it is a namespace that can send.
        ports: port by protocol; no protocol, no probe.
        backends: names of the pods that may answer; empty: only itself.
        labels: of a pod.
    """

    name: str
    kind: str
    node: str
    addresses: list[str]
    sends: bool = True
    ports: dict[str, int] = field(default_factory=lambda: {"tcp": 80, "udp": 7, "icmp": 0})
    backends: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def is_(self, words: str) -> bool:
        """Say whether a selector means this end."""
        return any(self._is_one(word.strip()) for word in words.split(","))

    def _is_one(self, word: str) -> bool:
        if word in {self.name, self.name.rpartition("/")[2]} and "=" not in word:
            return True
        what, at, place = word.partition("@")
        if at:
            there = self.node != place[1:] if place.startswith("!") else self.node == place
            return there and bool(self.node) and self._is_kind(what)
        return self._is_kind(word)

    def _is_kind(self, word: str) -> bool:
        key, equals, value = word.partition("=")
        if equals:
            return self.labels.get(key) == value
        return word in ("*", self.kind)


@dataclass(frozen=True)
class Rule:
    """Between these ends, this is seen.

    Attributes:
        source: selector of senders.
        target: selector of what they send to.
        sees: empty if all is well, else :data:`LOST`, :data:`ANY` or names of errors, joined with ``|``.
        probes: which ones: ``*``, or protocols and sizes (``tcp``, ``large``, ``udp large``), joined with commas.
        between: ``same`` or ``other``: only pairs on the same node, or on different ones.
        family: 4 or 6; 0 for both.
        why: for people.
    """

    source: str
    target: str
    sees: str = LOST
    probes: str = "*"
    between: str = ""
    family: int = 0
    why: str = ""

    def holds(self, source: End, target: End, probe: str, family: int) -> bool:
        """Say whether the rule speaks about a probe (``tcp small``) between two ends."""
        if self.family not in {0, family}:
            return False
        if self.between and (source.node == target.node) != (self.between == "same"):
            return False
        return source.is_(self.source) and target.is_(self.target) and self._speaks_of(probe)

    def _speaks_of(self, probe: str) -> bool:
        words = set(probe.split())
        return self.probes == "*" or any(set(part.split()) <= words for part in self.probes.split(","))


class Expectation:
    """The pairs that should reach each other, without a fault and with a symptom applied.

    A symptom only removes pairs: a pair that fails without a fault fails now, too, with either error. What it
    does not say of a service follows from what it says of the pods behind it.

    Args:
        health: the last rule that speaks about a probe decides.
        symptom: likewise.
        ends: by which a service finds its pods.
    """

    def __init__(self, health: Iterable[Rule], symptom: Iterable[Rule] = (), ends: Iterable[End] = ()) -> None:
        self.health, self.symptom = tuple(health), tuple(symptom)
        self._ends = {end.name: end for end in ends}

    def of(self, source: End, target: End, probe: str, family: int) -> Rule | None:
        """Return the rule that decides; none means that all is well."""
        healthy = _last(self.health, source, target, probe, family)
        sick = self._sick(source, target, probe, family) if self.symptom else None
        found = [rule for rule in (healthy, sick) if rule is not None and rule.sees != OK]
        if len(found) > 1:
            return replace(found[0], sees="|".join(rule.sees for rule in found).rstrip("|"))
        return found[0] if found else None

    def _sick(self, source: End, target: End, probe: str, family: int) -> Rule | None:
        """Return what the symptom says; of a service what it says by name, else what follows for its pods."""
        if target.sends or not self._ends:
            return _last(self.symptom, source, target, probe, family)
        named = _last([rule for rule in self.symptom if "*" not in rule.target], source, target, probe, family)
        if named is not None:
            return named
        seen: set[str] = set()
        for rule in self._behind(source, target, probe, family):
            seen.update((rule.sees if rule is not None else OK).split("|"))
        if not seen - {OK}:
            return None
        if seen & _AT_ONCE:  # the route was chosen before the address was translated: the sender may hear nothing
            seen.add(LOST)
        return Rule(source.name, target.name, "|".join(sorted(seen, reverse=True)), why="by the pods behind it")

    def _behind(self, source: End, target: End, probe: str, family: int) -> Iterator[Rule | None]:
        """Yield what the symptom says of each path that a packet for a service can take."""
        everybody = _last(self.symptom, source, target, probe, family)
        if everybody is not None:
            yield everybody
        door = self._ends.get(target.node)  # a port of a node: that node sends it on
        if door is not None and door.name != source.name:
            first = _last(self.symptom, source, door, probe, family)
            if first is not None and first.sees != OK:
                yield first
                return
        for pod in (self._ends[name] for name in target.backends if name in self._ends):
            yield _last(self.symptom, source, pod, probe, family)
            if door is not None:
                yield _last(self.symptom, door, pod, probe, family)


def _last(rules: Iterable[Rule], source: End, target: End, probe: str, family: int) -> Rule | None:
    """Return the last rule that speaks about a probe."""
    return next((rule for rule in reversed(tuple(rules)) if rule.holds(source, target, probe, family)), None)


def agrees(sees: str, error: str) -> bool:
    """Say whether what a sender saw is what a rule says.

    >>> agrees("lost", "ETIMEDOUT"), agrees("", "ETIMEDOUT"), agrees("ECONNREFUSED|ETIMEDOUT", "ECONNREFUSED")
    (True, False, True)
    """
    words = sees.split("|")
    return ANY in words or error in words or (LOST in words and error in _LOST)
