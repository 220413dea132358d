"""docs/lab-real.md is what happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.labs import have
from tests.test_lab_docs import MARK, ROOT, blocks, matches, settled


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_page_shows_what_the_commands_print(tmp_path: Path) -> None:
    """Where all programs are there."""
    for name in ("kubernetes", "flannel-real"):
        have(name)
    (tmp_path / "podpath").write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT / "src"} exec {sys.executable} -m podpath "$@"\n', encoding="utf-8"
    )
    (tmp_path / "podpath").chmod(0o755)
    wanted = blocks(ROOT / "docs" / "lab-real.md")
    script = "\n".join(f"echo '{MARK}'\n{command}" for command, _ in wanted) + "\npodpath lab down --all\n"
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    words = ["unshare", "--net", "bash", "-c", f"exec 2>&1\n{script}"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=300)
    printed = done.stdout.split(f"{MARK}\n")[1:]
    assert len(printed) == len(wanted)
    for (command, shown), output in zip(wanted, printed, strict=True):
        assert matches(settled(shown), settled(output.splitlines())), f"{command}\n{output}"
