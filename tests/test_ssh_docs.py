"""docs/ssh.md is what happens: its commands are run, in their order, on a host outside of three nodes with servers."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.sshd import OUTSIDE, SOURCE, site
from tests.test_lab_docs import MARK, blocks, matches

PAGE = Path(__file__).parents[1] / "docs" / "ssh.md"


def settled(lines: list[str]) -> list[str]:
    """Return lines without what changes from run to run, or with each new check."""
    return [re.sub(r"\d+ (seconds later|checks)", r"N \1", line.rstrip()) for line in lines]


@pytest.mark.root
@pytest.mark.long
@pytest.mark.timeout(120)
def test_the_page_shows_what_the_commands_print() -> None:
    """Word for word, with "…" for lines that are left out."""
    wanted = blocks(PAGE)
    assert len(wanted) > 4
    script = "\n".join(f"echo '{MARK}'\n{command}" for command, _ in wanted)
    with site("canal") as made:
        made.shell(
            OUTSIDE, "cat >/run/bin/podpath; chmod 755 /run/bin/podpath",
            f'#!/bin/sh\nPYTHONPATH={SOURCE} exec {sys.executable} -m podpath "$@"\n',
        )  # fmt: skip
        env = {"PATH": f"/run/bin:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
        done = made.cluster.run(OUTSIDE, ["sh", "-c", f"exec 2>&1; cd /run\n{script}"], env=env, timeout=100)
    printed = done.out.split(f"{MARK}\n")[1:]
    assert len(printed) == len(wanted)
    for (command, shown), output in zip(wanted, printed, strict=True):
        assert matches(settled(shown), settled(output.splitlines())), f"{command}\n{output}"
