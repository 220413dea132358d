"""Ansible's inventories, ini and YAML: hosts, and the variables that say how to reach them.

The forms are those of Ansible's documentation ("How to build your inventory"). A group's variables hold for its hosts and
for those of its children; the nearest one wins, a host's own before all.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from podpath.collect.files import InputError
from podpath.collect.ssh.host import Host, make_host

_SECTION: Final = re.compile(r"\[(?P<name>[^\]:]+)(?::(?P<kind>vars|children|hosts))?\]\s*(?:[#;].*)?$")
_RANGE: Final = re.compile(r"\[(?P<first>[0-9]+|[A-Za-z]):(?P<last>[0-9]+|[A-Za-z])(?::(?P<step>[0-9]+))?\]")
_VARIABLE: Final = re.compile(r"(?:^|\s)ansible_\w+\s*=")
_MOST: Final = 100_000
_DIGITS: Final = 18
_SHOWN: Final = 80
_DEEPEST: Final = 50
_YES: Final = frozenset(("true", "yes", "on", "1"))

Variables = dict[str, str]


@dataclass
class _Group:
    """A group: its hosts with their variables, its own variables, the groups in it."""

    hosts: dict[str, Variables] = field(default_factory=dict)
    variables: Variables = field(default_factory=dict)
    children: list[str] = field(default_factory=list)


def looks_like_ini(text: str) -> bool:
    """Say whether a text is an inventory: it has a section, or a variable of Ansible."""
    return any(_SECTION.match(line.strip()) or _VARIABLE.search(line) for line in text.splitlines() if line[:1] not in "#;")


def from_ini(text: str, name: str) -> list[Host]:
    """Return the hosts of an inventory in ini form.

    Args:
        text: the inventory.
        name: name of the file.

    Raises:
        InputError: a line is none of an inventory; the message says which.
    """
    groups: dict[str, _Group] = {"all": _Group(), "ungrouped": _Group()}
    group, kind = groups["ungrouped"], "hosts"
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()  # noqa: PLW2901 - the line, as it counts
        if not line or line[0] in "#;":
            continue
        if (section := _SECTION.match(line)) is not None:
            group, kind = groups.setdefault(section["name"].strip(), _Group()), section["kind"] or "hosts"
            continue
        try:
            _ini_line(group, kind, line)
        except ValueError as error:
            raise InputError(f"{name}:{number}: {error}") from None
    return _hosts(groups, name)


def _ini_line(group: _Group, kind: str, line: str) -> None:
    if kind == "vars":
        key, equals, value = line.partition("=")
        if not equals:
            raise ValueError("a variable is written NAME=VALUE")
        group.variables[key.strip()] = (
            " ".join(shlex.split(value, comments=True)) if value.strip()[:1] in "'\"" else value.strip()
        )
    elif kind == "children":
        group.children.append(line.partition("#")[0].strip())
    else:
        first, *words = shlex.split(line, comments=True)
        own = dict(word.split("=", 1) for word in words if "=" in word)
        for host in _expanded(first):
            group.hosts.setdefault(host, {}).update(own)


def _expanded(pattern: str) -> list[str]:
    """Return the hosts of ``n[01:03].example`` (the numbers keep their zeros) or ``db-[a:c]``.

    Raises:
        ValueError: the range is none, or longer than a cluster.
    """
    match = _RANGE.search(pattern)
    if match is None:
        return [pattern]
    first, last, step = match["first"], match["last"], int((match["step"] or "1")[:_DIGITS])
    if first.isdigit() != last.isdigit() or not step:
        raise ValueError(f'"{match[0]}" is not a range')
    if first.isdigit():
        if max(len(first), len(last)) > _DIGITS:
            raise ValueError(f'"{match[0][:_SHOWN]}" is not a range')
        numbers = range(int(first), int(last) + 1, step)
        middle = (f"{number:0{len(first)}d}" for number in numbers[: _MOST + 1])
    else:
        middle = (chr(code) for code in range(ord(first), ord(last) + 1, step))
    rests, parts = _expanded(pattern[match.end() :]), list(middle)
    if len(parts) * len(rests) > _MOST:
        raise ValueError(f'"{pattern[:_SHOWN]}" names more than {_MOST} hosts')
    return [pattern[: match.start()] + part + rest for part in parts for rest in rests]


def from_yaml(text: str, name: str) -> list[Host]:
    """Return the hosts of an inventory in YAML form.

    Args:
        text: the inventory.
        name: name of the file.

    Raises:
        InputError: it is no YAML, or no inventory.
    """
    import yaml

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{name}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict):
        raise InputError(f"{name}: an inventory begins with the names of groups")
    groups: dict[str, _Group] = {"all": _Group()}
    for group, body in document.items():
        _yaml_group(groups, str(group), body, name, 0)
    return _hosts(groups, name)


def _yaml_group(groups: dict[str, _Group], name: str, body: object, file: str, depth: int) -> None:
    group = groups.setdefault(name, _Group())
    if body is None:
        return
    if not isinstance(body, dict) or not set(body) <= {"hosts", "vars", "children"} or depth > _DEEPEST:
        raise InputError(f"{file}: group {name}: a group holds hosts, vars and children")
    try:
        for pattern, own in _mapping(body.get("hosts"), file, name):
            for host in _expanded(pattern):
                group.hosts.setdefault(host, {}).update({str(k): _word(v) for k, v in _mapping(own, file, pattern)})
        group.variables.update({str(key): _word(value) for key, value in _mapping(body.get("vars"), file, name)})
    except ValueError as error:
        raise InputError(f"{file}: group {name}: {error}") from None
    for child, inner in _mapping(body.get("children"), file, name):
        group.children.append(child)
        _yaml_group(groups, child, inner, file, depth + 1)


def _mapping(body: object, file: str, name: str) -> Iterator[tuple[str, object]]:
    if body is None:
        return
    if not isinstance(body, dict):
        raise InputError(f"{file}: {name}: expected names, each followed by a colon")
    for key, value in body.items():
        yield str(key), value


def _word(value: object) -> str:
    # A list or an object is no variable that says how to reach a host.
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _hosts(groups: Mapping[str, _Group], name: str) -> list[Host]:
    variables: dict[str, Variables] = {}
    top = [each for each in groups if each != "all" and not any(each in group.children for group in groups.values())]
    for each in ["all", *top]:
        _gather(groups, each, groups["all"].variables, variables, ())
    if not variables:
        raise InputError(f"{name}: no host in it")
    return [_host(host, own, name) for host, own in variables.items() if own.get("ansible_connection", "ssh") in ("ssh", "smart")]


def _gather(
    groups: Mapping[str, _Group], name: str, above: Variables, found: dict[str, Variables], path: tuple[str, ...]
) -> None:
    """Take note of the hosts of a group and of the groups in it, with the variables that come down to them."""
    group = groups.get(name)
    if group is None or name in path:  # a group may be named and never described; a circle is Ansible's to complain about
        return
    here = {**above, **group.variables}
    for host, own in group.hosts.items():
        found[host] = {**found.get(host, {}), **here, **own}
    for child in group.children:
        _gather(groups, child, here, found, (*path, name))


def _host(name: str, own: Variables, file: str) -> Host:
    try:
        words = [word for key in ("common", "extra") for word in shlex.split(own.get(f"ansible_ssh_{key}_args", ""))]
    except ValueError as error:
        raise InputError(f"{file}: {name}: ansible_ssh_common_args: {error}") from None
    key = own.get("ansible_ssh_private_key_file") or own.get("ansible_private_key_file")
    place, _, port = name.partition(":") if name.count(":") == 1 else (name, "", "")  # host:5309
    return make_host(
        place,
        own.get("ansible_host") or own.get("ansible_ssh_host") or place,
        f"{file}: {name}",
        own.get("ansible_user") or own.get("ansible_ssh_user"),
        own.get("ansible_port") or own.get("ansible_ssh_port") or port,
        (*(("-i", key) if key else ()), *words),
        sudo=own.get("ansible_become", "").lower() in _YES and own.get("ansible_become_method", "sudo") == "sudo",
    )
