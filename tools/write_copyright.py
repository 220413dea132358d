"""Prints debian/copyright of a package that holds podpath and what it needs.

    python tools/write_copyright.py FOLDER

Each part's licence is what its metadata says; texts of licences stand beside the metadata.
"""

import sys
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path

_COMMON = {"Apache License": "Apache-2.0", "Mozilla Public License": "MPL-2.0"}
"""Licences whose texts every Debian has in /usr/share/common-licenses, by the words with which they begin."""


def licence(told: PackageMetadata) -> str:
    """Return what a distribution says of its licence."""
    if "License-Expression" in told:
        return str(told["License-Expression"])
    named = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License :: OSI")]
    return named[0] if named else str(told["License"])


def texts(part: Distribution) -> str:
    """Return the texts of a distribution's licences, indented as a field is."""
    lines: list[str] = []
    for file in part.files or []:
        if ".dist-info" in str(file) and "LICEN" in file.name.upper():
            text = Path(str(part.locate_file(file))).read_text(encoding="utf-8")
            common = next((name for words, name in _COMMON.items() if words in text[:200]), None)
            lines += [f"See /usr/share/common-licenses/{common}."] if common else text.splitlines()
    return "\n".join(f" {line.rstrip() or '.'}" for line in lines)


def copyright_of(folder: str) -> str:
    """Return the file for a folder of distributions, podpath's own first."""
    lines = ["Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/", "Upstream-Name: podpath"]
    for part in sorted(distributions(path=[folder]), key=lambda one: (one.name != "podpath", one.name)):
        files = "*" if part.name == "podpath" else f"usr/lib/podpath/{part.name.replace('-', '_')}*"
        lines += [
            "",
            f"Files: {files}",
            f"Copyright: the authors of {part.name}",
            f"License: {licence(part.metadata)}",
            texts(part),
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(copyright_of(sys.argv[1]))
