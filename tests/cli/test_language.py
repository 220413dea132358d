"""``--lang``: what people read is in their language, and what programs read is English."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from podpath.cli.help import subcommands
from podpath.cli.main import main, parser
from podpath.language import choose
from podpath.language.wrap import columns

SAMPLES: Final = Path(__file__).parents[2] / "samples"
BROKEN: Final = str(SAMPLES / "broken-tunnel")
CHINESE: Final = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What a command line has chosen ends with its test."""
    yield
    choose("en")


@pytest.fixture
def locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person whose locale is Chinese."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what a command line prints."""
    main(words)
    return capsys.readouterr().out


@pytest.mark.usefixtures("locale")
@pytest.mark.parametrize(
    "words",
    [
        ("check", BROKEN),
        ("trace", "p1", "p2", BROKEN),
        ("explain", "vtep-mac-mismatch"),
        ("explain", "fdb"),
        ("explain", "OTHERHOST"),
        ("diff", BROKEN, BROKEN),
    ],
)
def test_the_option_and_the_locale_say_the_same(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """In Chinese, within 80 columns; names, commands and evidence are as they are in English."""
    chinese = printed(capsys, *words)
    assert CHINESE.search(chinese)
    assert chinese == printed(capsys, "--lang", "zh", *words) == printed(capsys, *words, "--lang=zh_CN")
    english = printed(capsys, *words, "--lang", "en")
    assert not CHINESE.search(english)
    # A command or an address that is longer stands alone on its line.
    assert [line for line in chinese.splitlines() if columns(line) > 80 and CHINESE.search(line)] == []
    files = re.compile(r"\S+\.txt:\d+|(?<=podpath explain )[a-z-]+")
    assert files.findall(chinese) == files.findall(english)


@pytest.mark.usefixtures("locale")
@pytest.mark.parametrize(
    "words", [("check", BROKEN), ("trace", "p1", "p2", BROKEN), ("explain", "fdb"), ("veth", str(SAMPLES / "docker-host"))]
)
def test_what_a_program_reads_is_english(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the locale is, and whatever was chosen."""
    told = printed(capsys, *words, "--format", "json")
    assert json.loads(told) is not None
    assert not CHINESE.search(told)
    assert told == printed(capsys, *words, "--format", "json", "--lang", "en")


@pytest.mark.usefixtures("locale")
def test_every_help_is_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    """Of each command, and of their own; no line with Chinese in it is wider than 80 columns."""
    commands: list[tuple[str, ...]] = [(name,) for name in subcommands(parser())]
    commands += [("lab", name) for name in subcommands(subcommands(parser())["lab"])]
    for words in commands:
        helped = printed(capsys, "help", *words)
        assert CHINESE.search(helped), words
        assert [line for line in helped.splitlines() if columns(line) > 80 and CHINESE.search(line)] == []


def test_a_language_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With those that there are."""
    with pytest.raises(SystemExit):
        main(["check", BROKEN, "--lang", "tlh"])
    assert "there is no tlh; languages are en, zh_CN" in capsys.readouterr().err


@pytest.mark.usefixtures("locale")
@pytest.mark.parametrize("words", [("completion", "zsh"), ("check", BROKEN, "-o", "{folder}/report.sarif", "--format", "sarif")])
def test_what_other_programs_run_on_is_english(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A shell's completion, a file for a tool."""
    told = printed(capsys, *(word.format(folder=tmp_path) for word in words))
    assert not CHINESE.search(told + "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir()))


def test_the_last_option_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """In either form, and before the verb of a command, too."""
    assert not CHINESE.search(printed(capsys, "--lang", "zh", "explain", "fdb", "--lang=en"))
    assert CHINESE.search(printed(capsys, "--lang=en", "explain", "fdb", "--lang", "zh"))
    assert CHINESE.search(printed(capsys, "help", "--lang", "zh", "lab", "up"))


@pytest.mark.parametrize("words", [("--lang", "zh"), ("--lang=zh", "--help"), ("--lang", "zh", "help")])
def test_the_option_may_stand_alone(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Before a command, before another option, and where there is nothing else."""
    with suppress(SystemExit):
        main(words)
    told = capsys.readouterr()
    assert CHINESE.search(told.out)
    assert told.err == ""
