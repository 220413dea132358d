"""No feature depends on the wording of a message."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.netlink.space import Space

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
WORDS = frozenset(
    ("summary", "why", "fix", "title", "missing", "reason", "what", "remarks", "facts", "error_text", "line", "teaches")
)
"""Members of the documents that are sentences, or hold some; evidence without a line says in `line` which one is missing."""


def told(reworded: bool, *arguments: str) -> tuple[int, str]:  # noqa: FBT001 - a test's own helper
    """Return the exit code of a command, and what it printed."""
    program = [str(ROOT / "tests" / "rewording.py")] if reworded else ["-m", "podpath"]
    done = subprocess.run(
        [sys.executable, *program, *arguments], capture_output=True, text=True, timeout=100, check=False, cwd=ROOT
    )
    if reworded:
        count = re.search(r"reworded: (\d+)", done.stderr)
        assert count is not None, done.stderr
        assert int(count[1]) > 200
    return done.returncode, done.stdout


def document(reworded: bool, *arguments: str) -> tuple[int, Any]:  # noqa: FBT001 - as above
    """Return the exit code and the document of a command, without its sentences."""
    code, text = told(reworded, *arguments, "--format", "json")
    return code, silent(json.loads(text))


def silent(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a document without its sentences; which of its lists are empty stays."""
    if isinstance(value, dict):
        return {key: (bool(item) if key in WORDS else silent(item)) for key, item in value.items() if key != "blocks"} | {
            "blocks": [" " in name or name for name in value.get("blocks", ())]  # what is no check is said in words
        }
    return [silent(item) for item in value] if isinstance(value, list) else value


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "arguments",
    [
        ("trace", "p1", "p2", "samples/broken-tunnel"),
        ("check", "samples/broken-tunnel"),
        *(
            pytest.param(arguments, marks=pytest.mark.long)
            for arguments in (
                ("trace", "p2", "p1", "samples/broken-tunnel", "--explain"),
                ("trace", "p1", "p2", "samples/broken-tunnel", "--what-if", "n2: ip link set flannel.1 mtu 1400"),
                ("trace", "10.42.0.10", "10.42.1.17", "samples/three-node-canal"),
                ("trace", "p3", "p2", "--port", "80", "samples/network-policy"),
                ("trace", "--all-pairs", "p1,p2", "p1,p2", "samples/broken-tunnel"),
                ("explain-policy", "p2", "samples/network-policy"),
                ("check", "samples/docker-host"),
                ("check", "samples/docker-bridge"),
                ("check", "samples/network-policy"),
                ("veth", "--from", "samples/broken-tunnel"),
                ("veth", "--from", "samples/docker-host"),
            )
        ),
    ],
)
def test_a_command_says_the_same_in_other_words(arguments: tuple[str, ...]) -> None:
    """Verdicts, causes, evidence and exit codes rest on facts; whoever rewords a message breaks nothing."""
    assert document(True, *arguments) == document(False, *arguments)  # noqa: FBT003


@pytest.mark.long
@pytest.mark.timeout(240)
def test_two_captures_differ_alike_in_other_words(tmp_path: Path) -> None:
    """A device that got another MTU, and the checks that fire now."""
    old = ROOT / "samples" / "broken-tunnel"
    for file in old.iterdir():
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8").replace("mtu 1450", "mtu 1500"), encoding="utf-8")
    arguments = ("diff", str(old), str(tmp_path))
    code, changes = document(False, *arguments)  # noqa: FBT003
    assert code == 1
    assert document(True, *arguments) == (code, changes)  # noqa: FBT003


@pytest.mark.long
@pytest.mark.timeout(240)
@pytest.mark.parametrize("arguments", [("trace", "p1", "p2", "samples/broken-tunnel"), ("map", "samples/broken-tunnel")])
def test_a_picture_shows_the_same_in_other_words(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Its boxes, lines and signs; texts of other lengths take another room."""
    drawn = []
    for reworded in (False, True):
        made = tmp_path / f"{reworded}.svg"
        code, _ = told(reworded, *arguments, "-o", str(made))
        drawn.append((code, set(re.findall(r'<(\w+) class="([^"]*)"', made.read_text(encoding="utf-8")))))
    assert drawn[0] == drawn[1]
    assert len(drawn[0][1]) > 5


@pytest.mark.root
@pytest.mark.timeout(240)
def test_real_packets_are_judged_alike_in_other_words(space: Space) -> None:
    """What was seen, where, and whether it agrees with what was predicted."""
    arguments = ("trace", f"netns:{space.name}", "127.0.0.1", "--proto", "tcp", "--port", "9", "--live")
    code, one = document(False, *arguments)  # noqa: FBT003
    again, other = document(True, *arguments)  # noqa: FBT003
    assert (code, again) == (1, 1)
    assert timeless(one) == timeless(other)
    assert one["live"]["fate"] == "error"


def timeless(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a document without the times that packets took."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "microseconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value
