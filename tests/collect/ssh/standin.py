"""A program in the place of ssh, for what a real one does only by chance: it reads the mark from what travels to the node."""

from pathlib import Path

# What every stand-in begins with: its last word but one is the host, the first line of its input holds the mark.
_HEAD = """#!/bin/sh
for word; do host=$shell; shell=$word; done
IFS= read -r line; mark=${line#mark=}
greet() { echo "$mark begin clock=$(date +%s.%N) uid=0 boot=a netns=$host"; }
leave() { echo "$mark end"; }
"""


def install(folder: Path, script: str) -> str:
    """Write a stand-in and return the PATH with which it is found."""
    folder.mkdir(exist_ok=True)
    program = folder / "ssh"
    program.write_text(_HEAD + script, encoding="utf-8")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"
