"""The agent as one text."""

import ast
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from podpath.probe.agent_text import COMMAND, agent_text, greeting, plain

PYTHONS = ("python3.6", "python3.7", "python3.8", "python3.9", "python3.10", "python3.12", "python3.13", "python3")


def test_it_is_python_of_version_3_6() -> None:
    """By its syntax; what it imports is tried below, with the versions that this machine has."""
    ast.parse(agent_text(), feature_version=(3, 6))
    for _, source in ast.literal_eval(agent_text().split("\n", 1)[0].removeprefix("SOURCES = ")):
        ast.parse(source, feature_version=(3, 6))


def test_annotations_go_and_fields_stay() -> None:
    """A named tuple keeps its fields and their defaults."""
    source = (
        "from typing import NamedTuple\nclass A(NamedTuple):\n    x: int | None\n    y: str = ''\n"
        "def f(a: list[int], *, b: int = 1) -> int:\n    c: int = a[0]\n    d: int\n    return b"
    )
    made = plain(source)
    assert "int" not in made
    assert "x: object" in made
    assert "def f(a, *, b=1):" in made


@pytest.mark.parametrize("python", PYTHONS)
def test_it_answers_on_every_version(python: str, tmp_path: Path) -> None:
    """Found by PATH; a shim that stands for no installed version is left out."""
    place = shutil.which(python)
    if place is None or subprocess.run([place, "--version"], capture_output=True, check=False, timeout=20).returncode:
        pytest.skip(f"needs {python}")
    (tmp_path / "python3").symlink_to(place)
    orders = [
        {
            "kind": "hello",
            "members": [],
            "tracepoints": [],
            "enums": [],
            "spaces": [{"label": "", "inode": None, "paths": ["/proc/self/ns/net"]}],
        },
        {"kind": "clock", "number": 1},
        {"kind": "stop"},
    ]
    text = greeting() + "".join(json.dumps(order) + "\n" for order in orders).encode()
    done = subprocess.run(
        ["sh", "-c", f"exec {COMMAND}"], input=text, capture_output=True, check=False, timeout=30,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stderr == b""
    kinds = [json.loads(line)["kind"] for line in done.stdout.splitlines()]
    assert kinds[0] == "spaces"
    assert kinds[1] in {"facts", "obstacle"}
    assert kinds[2:] == ["clock", "names", "end"]
