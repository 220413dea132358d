"""Writes README.md from README.md.in, and the pages that show samples: what their commands really print, by running them."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "docs" / "kubernetes.md",)
"""Pages that are filled in place."""
COUNTED = (ROOT / "docs" / "ssh.md",)
"""Pages whose commands need other nodes: the number of checks alone is written; a long test runs their commands."""


def printed(block: str) -> str:
    """Return a console block with the output of its commands, run in a copy of the samples."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "samples", Path(folder) / "samples")
        command = f"{sys.executable} -m podpath"
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
        lines = []
        for line in (line for line in block.splitlines() if line.startswith("$ ")):
            script = re.sub(r"^podpath\b", command, line[2:])
            words = ["bash", "-c", script]
            done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60)
            lines += [line, *(done.stdout + done.stderr).rstrip("\n").splitlines()]
        return "\n".join(lines)


def filled(text: str) -> str:
    """Return a page with what its commands print."""
    return re.sub(r"(?<=```console\n).*?(?=\n```)", lambda match: printed(match[0]), text, flags=re.DOTALL)


def counted(text: str) -> str:
    """Return a page with the number of checks that there are."""
    from podpath.checks.engine.registry import checks

    return re.sub(r"\b\d+ checks\b", f"{len(checks())} checks", text)


def readme() -> str:
    """Return the text of README.md."""
    return filled((ROOT / "README.md.in").read_text(encoding="utf-8"))


if __name__ == "__main__":
    (ROOT / "README.md").write_text(readme(), encoding="utf-8")
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
    for page in COUNTED:
        page.write_text(counted(page.read_text(encoding="utf-8")), encoding="utf-8")
