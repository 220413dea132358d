"""A type has a name of its own: one word has one meaning (docs/development.md, Words)."""

import ast
from collections import defaultdict
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1] / "src" / "podpath"
SHARED: Final = {
    "Agent": 2, "Answer": 4, "Asked": 3, "Block": 2, "Command": 2, "Device": 3, "Devices": 2, "Drawn": 2, "End": 2,
    "Endpoint": 2, "Facts": 2, "Fib": 2, "Field": 2, "Flow": 2, "Found": 2, "Hop": 2, "Host": 2, "Inside": 2, "Kind": 5,
    "Labels": 2, "Live": 2, "Member": 3, "Named": 2, "Names": 2, "Namespace": 3, "NftTable": 2, "Node": 3, "Owner": 2,
    "Part": 2, "Passed": 2, "Place": 3, "Placed": 2, "Pod": 2, "Point": 2, "Ports": 2, "Printed": 2, "Result": 2,
    "Rule": 2, "Ruleset": 2, "Seen": 2, "Sight": 2, "Standing": 2, "Status": 2, "Stop": 2, "Table": 2, "Target": 2,
    "Told": 2, "Track": 2, "Watcher": 2, "Way": 2, "Where": 2, "Word": 2, "Words": 2,
}  # fmt: skip
"""Names that several types still have, and how many: a new type takes another name, and these only become fewer."""
APART: Final = frozenset(("lab",))
"""Packages with a vocabulary of their own: nothing of podpath but its command line knows them."""


def types() -> dict[str, list[str]]:
    """Return the modules of every public type, by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        module = file.relative_to(PACKAGE)
        if module.parts[0] in APART:
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(module))
    return found


def test_no_two_types_share_a_name() -> None:
    """Whoever reads a name need not ask which of several is meant."""
    shared = {name: modules for name, modules in types().items() if len(modules) > 1}
    assert {name: len(modules) for name, modules in shared.items()} == SHARED, shared
