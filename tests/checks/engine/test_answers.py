"""Which hosts packets are put before."""

import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[3] / "samples"
_LOADED = """
import sys
from podpath.cli.main import main
main(["check", sys.argv[1]])
print("podpath.walk.trace" in sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize(("sample", "loaded"), [("three-node-canal", "False"), ("broken-tunnel", "True")])
def test_the_walk_is_loaded_where_a_host_has_rules(sample: str, loaded: str) -> None:
    """Loading it takes as long as a tenth of the whole check."""
    words = [sys.executable, "-c", _LOADED, str(SAMPLES / sample)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.split()[-1] == loaded
