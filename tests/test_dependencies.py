"""What podpath depends on is what its documentation lists."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| ([\w-]+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)


def _closure(name: str, found: dict[str, str]) -> dict[str, str]:
    """Return the licences of all that a distribution needs, by name; empty where its metadata does not tell."""
    for text in importlib.metadata.requires(name) or []:
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            told = importlib.metadata.metadata(needed.name)
            if told["Name"] not in found:
                found[told["Name"]] = _licence(told)
                _closure(needed.name, found)
    return found


def _licence(told: importlib.metadata.PackageMetadata) -> str:
    if "License-Expression" in told:
        return told["License-Expression"]
    named = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License :: ")]
    short = told["License"] if "License" in told else ""  # noqa: SIM401 - it has no get before Python 3.12
    return named[0].removesuffix(" License") if named else short if "\n" not in short else ""


def test_every_dependency_is_listed_with_its_licence() -> None:
    """As its own metadata says it, where it says it."""
    listed = dict(_ROW.findall((ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")))
    del listed["package"], listed["---"]
    needed = _closure("podpath", {})
    assert listed.keys() == needed.keys()
    assert {name: licence for name, licence in needed.items() if licence and listed[name] != licence} == {}


def test_what_is_called_never_loaded_is_not_loaded(tmp_path: Path) -> None:
    """A report with colours and tables needs none of what rich would colour code with."""
    words = ["check", "samples/broken-tunnel", "--color", "always", "--fail-on", "never", "-o", str(tmp_path / "r.txt")]
    never = {"pygments", "markdown_it", "mdurl"}
    code = f"import sys; from podpath.cli.main import main; main({words}); sys.exit(bool({never} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_trace_loads_no_reader_of_rules_where_no_node_has_any() -> None:
    """They are a third of the walk's modules."""
    words = ["trace", "node:n1", "node:n2", "--assume", "forwarding", "samples/three-node-canal"]
    never = {"podpath.walk.netfilter.nft.listing", "podpath.walk.netfilter.xtables.save", "podpath.walk.netfilter.frames.save"}
    code = f"import sys; from podpath.cli.main import main; main({words}); sys.exit(bool({never} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
