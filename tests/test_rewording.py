"""No feature depends on the wording of a message."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
WORDS = frozenset(("summary", "why", "fix", "title", "missing", "reason", "what", "remarks", "facts", "error_text"))
"""Members of the documents that are sentences, or hold some."""


def told(reworded: bool, *arguments: str) -> tuple[int, Any]:  # noqa: FBT001 - a test's own helper
    """Return the exit code and the document of a command, without its sentences."""
    program = [str(ROOT / "tests" / "rewording.py")] if reworded else ["-m", "podpath"]
    done = subprocess.run(
        [sys.executable, *program, *arguments], capture_output=True, text=True, timeout=100, check=False, cwd=ROOT
    )
    if reworded:
        count = re.search(r"reworded: (\d+)", done.stderr)
        assert count is not None, done.stderr
        assert int(count[1]) > 10
    return done.returncode, silent(json.loads(done.stdout))


def silent(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a document without its sentences; which of its lists are empty stays."""
    if isinstance(value, dict):
        return {key: (bool(item) if key in WORDS else silent(item)) for key, item in value.items()}
    return [silent(item) for item in value] if isinstance(value, list) else value


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "arguments",
    [
        ("trace", "p1", "p2", "samples/broken-tunnel"),
        ("trace", "p2", "p1", "samples/broken-tunnel"),
        ("check", "samples/broken-tunnel"),
        ("check", "samples/docker-host"),
        ("veth", "--from", "samples/broken-tunnel"),
    ],
    ids=" ".join,
)
def test_a_command_says_the_same_in_other_words(arguments: tuple[str, ...]) -> None:
    """Verdicts, causes, evidence and exit codes rest on facts; whoever rewords a message breaks nothing."""
    assert told(True, *arguments, "--format", "json") == told(False, *arguments, "--format", "json")  # noqa: FBT003
