"""docs/lab.md is what happens: its commands are run, in their order, on one machine, and print what the page shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "lab.md"
CHANGING = (
    (re.compile(r"\d+(\.\d+)? ms\b|time=\S+"), "TIME"),
    (re.compile(r"\(\d+\.\d s\)"), "(TIME)"),
    (re.compile(r"\.\d+ > (\S+)\.8472"), r".PORT > \1.8472"),
    (re.compile(r"\bid \d+"), "id N"),
    (re.compile(r"INCOMPLETE|FAILED"), "NO ANSWER"),
    (re.compile(r"(RX|TX) (packets|errors) .*"), r"\1 \2"),
)
MARK = "@@@ command"


def blocks(page: Path = PAGE) -> list[tuple[str, list[str]]]:
    """Return a page's commands and what it shows for each."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def settled(lines: list[str]) -> list[str]:
    """Return lines without what changes from run to run; the kernel lists neighbours and the FDB in any order."""
    settled_lines = []
    in_any_order = bool(lines) and all(re.search(r"PERMANENT|INCOMPLETE|FAILED|self permanent", line) for line in lines)
    for line in sorted(lines) if in_any_order else lines:
        text = line.rstrip()
        for pattern, word in CHANGING:
            text = pattern.sub(word, text)
        settled_lines.append(text)
    return settled_lines


def matches(shown: list[str], printed: list[str]) -> bool:
    """Say whether lines are as shown; "…" stands for any number of them."""
    if not shown:
        return not [line for line in printed if line]
    if shown[0] == "…":
        return any(matches(shown[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and matches(shown[1:], printed[1:])


@pytest.mark.long
@pytest.mark.lab
@pytest.mark.timeout(120)
def test_the_page_shows_what_the_commands_print(tmp_path: Path) -> None:
    """In a network namespace of its own, where no other lab has the name."""
    (tmp_path / "podpath").write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT / "src"} exec {sys.executable} -m podpath "$@"\n', encoding="utf-8"
    )
    (tmp_path / "podpath").chmod(0o755)
    wanted = blocks()
    script = "\n".join(f"echo '{MARK}'\n{command}" for command, _ in wanted) + "\npodpath lab down --all\n"
    own = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-current-user", "--net"]
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    done = subprocess.run(
        [*own, "bash", "-c", f"exec 2>&1\n{script}"], env=env, capture_output=True, text=True, check=False, timeout=110
    )
    printed = done.stdout.split(f"{MARK}\n")[1:]
    assert len(printed) == len(wanted)
    for (command, shown), output in zip(wanted, printed, strict=True):
        assert matches(settled(shown), settled(output.splitlines())), f"{command}\n{output}"


def test_lines_may_be_left_out() -> None:
    """But only where the page says so."""
    assert matches(["a", "…", "d"], ["a", "b", "c", "d"])
    assert matches(["…", "b"], ["b"])
    assert not matches(["a", "d"], ["a", "b", "d"])
    assert not matches([], ["a"])
    assert matches([], [""])
    assert settled(["x time=0.3 ms", "IP a.5 > b.8472: y"]) == ["x TIME ms", "IP a.PORT > b.8472: y"]
