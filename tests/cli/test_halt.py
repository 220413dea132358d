"""The end of a command at any moment."""

import os
import subprocess
import sys
from pathlib import Path


def test_what_is_half_done_goes_and_the_exit_code_is_the_one_asked_for(tmp_path: Path) -> None:
    """Whether the modules that hold something were loaded yet, or not."""
    held = "from podpath.snapshot import leftovers; leftovers.make(leftovers.temporary()); "
    for more in ("", held):
        words = [sys.executable, "-c", f"{more}from podpath.cli.halt import halt; halt(7)"]
        done = subprocess.run(words, env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, check=False)
        assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (7, b"", [])
