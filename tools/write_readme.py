"""Writes README.md and README.zh-CN.md from their templates, and the pages that show samples, by running the commands."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READMES = {"README.md": "en_US.UTF-8", "README.zh-CN.md": "zh_CN.UTF-8"}
"""Each README, with the locale in which its commands run."""
PAGES = {ROOT / "docs" / "kubernetes.md": "en_US.UTF-8", ROOT / "docs" / "zh" / "kubernetes.md": "zh_CN.UTF-8"}
"""Pages that are filled in place, likewise."""
COUNTED = (ROOT / "docs" / "ssh.md", ROOT / "docs" / "zh" / "ssh.md")
"""Pages whose commands need other nodes: the number of checks alone is written; a long test runs their commands."""


def printed(block: str, locale: str) -> str:
    """Return a console block with the output of its commands in a locale, run in a copy of the samples."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "samples", Path(folder) / "samples")
        command = f"{sys.executable} -m podpath"
        given = {name: value for name, value in os.environ.items() if not name.startswith("LC_") and name != "LANGUAGE"}
        # Signs are Unicode whether the machine has the locale or not.
        env = {**given, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80", "LANG": locale, "LC_CTYPE": "C.UTF-8"}
        lines = []
        for line in (line for line in block.splitlines() if line.startswith("$ ")):
            script = re.sub(r"^podpath\b", command, line[2:])
            words = ["bash", "-c", script]
            done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60)
            lines += [line, *(done.stdout + done.stderr).rstrip("\n").splitlines()]
        return "\n".join(lines)


def filled(text: str, locale: str) -> str:
    """Return a page with what its commands print in a locale."""
    return re.sub(r"(?<=```console\n).*?(?=\n```)", lambda match: printed(match[0], locale), text, flags=re.DOTALL)


def counted(text: str) -> str:
    """Return a page with the number of checks that there are."""
    from podpath.checks.engine.registry import checks

    return re.sub(r"\b\d+(?= checks\b| 项检查)", str(len(checks())), text)


def readme(name: str) -> str:
    """Return the text of a README."""
    return filled((ROOT / f"{name}.in").read_text(encoding="utf-8"), READMES[name])


if __name__ == "__main__":
    for name in READMES:
        (ROOT / name).write_text(readme(name), encoding="utf-8")
    for page, locale in PAGES.items():
        page.write_text(filled(page.read_text(encoding="utf-8"), locale), encoding="utf-8")
    for page in COUNTED:
        page.write_text(counted(page.read_text(encoding="utf-8")), encoding="utf-8")
