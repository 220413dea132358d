"""The manual pages that `make dist` writes, read by groff."""

import re
import runpy
import subprocess
from pathlib import Path

import pytest

from podpath.cli.help import subcommands
from podpath.cli.main import parser
from tests.engines import need

PAGES: dict[str, str] = runpy.run_path(str(Path(__file__).parents[1] / "tools" / "write_man.py"))["pages"]()


def shown(page: str) -> str:
    """Return a page as a terminal shows it; groff warns of what it does not understand."""
    need("groff")
    words = ["groff", "-man", "-ww", "-K", "utf8", "-T", "utf8", "-P", "-cbou"]
    done = subprocess.run(words, input=page, capture_output=True, text=True, check=True, timeout=30)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", ["", *subcommands(parser())])
def test_each_command_has_a_page_with_all_its_options(name: str) -> None:
    """Those of the commands below it, too."""
    command = subcommands(parser())[name] if name else parser()
    text = shown(PAGES[f"podpath-{name}.1" if name else "podpath.1"])
    below = subcommands(command).values() if name else ()
    for one in (command, *below):
        options = [option for action in one._actions for option in action.option_strings]
        assert [option for option in options if not re.search(rf"(?<![\w-]){option}(?![\w-])", text)] == []


def test_podpath_1_lists_the_commands_and_their_pages() -> None:
    """And shows the exit status as podpath help does."""
    text = shown(PAGES["podpath.1"])
    assert {name for name in subcommands(parser()) if f"podpath {name}" not in text or f"podpath-{name}(1)" not in text} == set()
    assert "128+N  ended by signal N" in text
    assert len(PAGES) == len(subcommands(parser())) + 1
