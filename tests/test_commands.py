"""A value inside a command that is printed is one word of it, whatever a snapshot holds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import podpath

ROOT: Final = Path(podpath.__file__).parent
COMMAND: Final = re.compile(
    r"(?:^|: |; |\()(?:sudo )?(?:(?:ip|sysctl|ethtool|nft|ip6?tables|ipset|kubectl|docker|podman|nsenter|podpath|conntrack|tc|wg|"
    r"cat|crictl|modprobe|ss|ls|bpftool) |bridge (?:-|fdb|link|vlan))"
)
"""What begins a command, at the beginning of a text or behind what is said of it."""
NAMES: Final = frozenset(
    (
        "dev",
        "name",
        "node",
        "container",
        "namespace",
        "outside",
        "master",
        "table",
        "chain",
        "file",
        "folder",
        "path",
        "port_name",
    )
)
"""What variables are called that hold somebody's names."""
OURS: Final = ("cli/", "lab/", "readers/", "walk/what_if/")
"""Parts that print complaints about what was typed, and the lab, whose names are its own."""


def _bare(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each name that stands in a command as it is."""
    for text in ast.walk(tree):
        if not isinstance(text, ast.JoinedStr):
            continue
        shown = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values)
        if COMMAND.search(shown) is None:
            continue
        inside = re.split(COMMAND, shown, maxsplit=1)[0].count("{}")
        values = [part.value for part in text.values if isinstance(part, ast.FormattedValue)]
        for value in values[inside:]:
            said = ast.unparse(value)
            if said.rpartition(".")[2] in NAMES and not said.startswith("declared."):
                yield value.lineno, said


def test_no_command_holds_a_name_as_it_is() -> None:
    """A name goes through quote(): the kernel forbids only blanks and slashes in one, and others not even that."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {said}"
        for path in sorted(ROOT.rglob("*.py"))
        if not str(path.relative_to(ROOT)).startswith(OURS)
        for line, said in _bare(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_a_bare_name_is_found() -> None:
    """Also behind words."""
    tree = ast.parse(
        """f"see {why}: ip link set {row.name} up", f"bridge {row.name} is down", f"ip link set {quote(row.name)} up" """
    )
    assert [said for _, said in _bare(tree)] == ["row.name"]
