"""The part ``Spec`` of ``kubectl describe networkpolicy``, as the object that it describes.

The layout is that of kubectl's describer (k8s.io/kubectl, pkg/describe, describeNetworkPolicySpec): rules are parted by a
line of dashes, and a selector stands as a list of requirements (apimachinery, FormatLabelSelector).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from podpath.readers.interface import Json
from podpath.state.pattern import lazy

_SELECTOR: Final = lazy(
    r"(?P<not>!)?(?P<key>[\w./-]++)(?:(?P<sign>!?==?)(?P<value>[\w.-]*+)| (?P<word>in|notin) \((?P<values>[\w.,-]*+)\))?(?:,|$)"
)
_LINE: Final = lazy(r"\s*+(?P<key>[A-Z][A-Za-z ]{0,20}?):(?=\s|$)\s*+(?P<value>.*)$")
_PORT: Final = lazy(r"(?P<port>[\w-]++|<nil>)/(?P<proto>[A-Z]++)$")
_RANGE: Final = lazy(r"(?P<first>\d{1,5})-(?P<last>\d{1,5})/(?P<proto>[A-Z]++)$")
_ANY: Final = "<any>"
_NO: Final = "<none>"
_DIRECTIONS: Final = {"ingress": "from", "egress": "to"}


def spec(lines: Sequence[str], types: Sequence[str]) -> Json:
    """Return the ``spec`` of a policy.

    Args:
        lines: the lines below ``Spec:``, without those of ``Policy Types``.
        types: the words of ``Policy Types``.

    Raises:
        ValueError: a line is none that the describer writes.
    """
    text = [line.strip() for line in lines if line.strip()]
    if not text or not text[0].startswith("PodSelector:"):
        raise ValueError("the part Spec does not begin with a PodSelector")
    made: dict[str, Json] = {"podSelector": _selector(text[0].partition(":")[2]), "policyTypes": list(types)}
    for direction, part in _directions(text[1:]).items():
        made[direction] = [_rule(rule, _DIRECTIONS[direction]) for rule in _parted(part)]
    if missing := [kind for kind in types if kind.lower() not in made]:
        raise ValueError(f"the rules of {missing[0]} are not shown")
    return made


def _directions(lines: Iterable[str]) -> dict[str, list[str]]:
    """Return the lines of the rules of each direction that the policy is about."""
    found: dict[str, list[str]] = {}
    part: list[str] = []
    for line in lines:
        if line in {"Allowing ingress traffic:", "Allowing egress traffic:"}:
            part = found.setdefault(line.split()[1], [])
        elif not line.startswith("Not affecting "):
            part.append(line)
    return found


def _parted(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the lines of each rule; ``<none>`` stands where there is no rule."""
    rule: list[str] = []
    for line in lines:
        if line.startswith(_NO):
            return
        if set(line) == {"-"}:
            yield rule
            rule = []
        else:
            rule.append(line)
    yield rule


def _rule(lines: Iterable[str], side: str) -> Json:
    ports: list[Json] = []
    peers: list[dict[str, Json]] = []
    anyone = False
    for line in lines:
        match = _LINE.match(line)
        key, value = (match["key"], match["value"].strip()) if match is not None else (line, "")
        if key in {"To Port", "To Port Range"}:
            ports += [] if value.startswith(_ANY) else [_port(value)]
        elif key.lower() == side:
            anyone = value.startswith(_ANY)
            peers += [] if anyone else [{}]
        elif peers:
            _peer(peers[-1], key, value)
        else:
            raise ValueError(f'"{line}" is not known')
    if not anyone and not peers:
        raise ValueError("a rule ends before its peers")
    return {**({"ports": ports} if ports else {}), **({side: list(peers)} if peers else {})}


def _port(text: str) -> Json:
    if (span := _RANGE.match(text)) is not None:
        return {"port": int(span["first"]), "endPort": int(span["last"]), "protocol": span["proto"]}
    one = _PORT.match(text)
    if one is None:
        raise ValueError(f'"{text}" is no port')
    number = int(one["port"]) if one["port"].isdigit() else one["port"]
    return {"protocol": one["proto"], **({} if number == "<nil>" else {"port": number})}


def _peer(peer: dict[str, Json], key: str, value: str) -> None:
    """Add a line below ``From:`` or ``To:`` to the peer."""
    if key in {"PodSelector", "NamespaceSelector"}:
        peer[key[0].lower() + key[1:]] = _selector(value)
    elif key == "IPBlock":
        peer["ipBlock"] = {}
    elif key == "CIDR":
        peer["ipBlock"] = {"cidr": value}
    elif key == "Except" and isinstance(block := peer.get("ipBlock"), dict):
        block["except"] = [part.strip() for part in value.split(",") if part.strip()]
    else:
        raise ValueError(f'"{key}" is not known')


def _selector(text: str) -> Json:
    """Return the LabelSelector of ``a=b,c in (x,y),!d``."""
    text, at = text.strip(), 0
    if text.startswith(_NO):
        return {}
    found: list[Json] = []
    while at < len(text) and (match := _SELECTOR.match(text, at)) is not None:
        found.append(_requirement(match))
        at = match.end()
    if at < len(text) or not found:
        raise ValueError(f'"{text}" is no selector')
    return {"matchExpressions": found}


def _requirement(match: re.Match[str]) -> Json:
    key, sign, word = match["key"], match["sign"], match["word"]
    if word is not None:
        return {"key": key, "operator": "In" if word == "in" else "NotIn", "values": list(match["values"].split(","))}
    if sign is not None:
        return {"key": key, "operator": "NotIn" if sign.startswith("!") else "In", "values": [match["value"]]}
    return {"key": key, "operator": "DoesNotExist" if match["not"] else "Exists"}
