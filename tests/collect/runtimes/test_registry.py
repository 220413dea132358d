"""Runtimes are found by their modules."""

from pathlib import Path

from podpath.collect import runtimes as package
from podpath.collect.runtimes.registry import runtimes
from podpath.state.column import VOCABULARY


def test_each_runtime_is_found_by_its_file() -> None:
    """In the order of their files; Docker is one of them."""
    files = sorted(path for path in Path(package.__path__[0]).glob("*.py") if "\nRUNTIME: Final" in path.read_text("utf-8"))
    assert [runtime.sources.__module__.rpartition(".")[2] for runtime in runtimes()] == [path.stem for path in files]
    assert "docker" in {runtime.name for runtime in runtimes()}


def test_redaction_keeps_the_name_of_each_runtime() -> None:
    """It is a word of the vocabulary, not a name that somebody chose."""
    assert {runtime.name for runtime in runtimes()} - {"cri"} <= VOCABULARY
