"""``podpath trace``."""

import json
from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.picture.fonts import needs_font
from tests.walk.pasted import node


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Return the texts of two nodes."""
    names = []
    for number in (1, 2):
        file = tmp_path / f"n{number}.txt"
        file.write_text(node(number))
        names.append(str(file))
    return names


@pytest.mark.parametrize(("words", "code", "said"), [
    (["n1", "n2"], 0, "✓ n1 → n2 (icmp) is delivered, there and back"),
    (["n1", "n2", "--port", "80"], 1, "✗ n1 → n2 port 80 (tcp) is refused on n2 (ECONNREFUSED)"),
    (["n1", "192.168.0.7"], 3, "? n1 → 192.168.0.7 (icmp) may not arrive"),
    (["n1", "n2", "--what-if", "n2: ip link set eth0 down"], 1, "✗ n1 → n2 (icmp) is dropped"),
    (["n1", "n2", "--size", "1600", "--dont-fragment"], 1, "✗ n1 → n2 (icmp) does not fit"),
])  # fmt: skip
def test_the_first_line_is_the_verdict_and_the_exit_code_says_it_too(
    files: list[str], words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 delivered, 1 not, 3 unknown; SNAPSHOTs stand behind options, too."""
    assert main(["trace", *words, *files]) == code
    assert capsys.readouterr().out.splitlines()[0].startswith(said)


def test_json_has_the_entry_that_decided_each_step(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With file and line."""
    assert main(["trace", "n1", "n2", *files, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["verdict"]) == ("podpath.trace/2", "delivered")
    route = told["forward"]["steps"][0]
    assert route["evidence"][0]["line"].startswith("192.168.0.0/24 dev eth0")
    assert route["evidence"][0]["file"].endswith("n1.txt")
    assert route["evidence"][0]["file_line"] > 1


@pytest.mark.parametrize(("words", "said"), [
    (["n1", "n7"], 'nothing is called "n7"'), (["n1", "n2", "--proto", "udp"], "needs a --port"),
    (["n1", "224.0.0.1"], "broadcast, multicast"), (["n1", "n2", "--what-if", "reboot"], "--what-if"),
])  # fmt: skip
def test_what_makes_no_sense_is_told_without_a_traceback(
    files: list[str], words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2."""
    assert main(["trace", *words, *files]) == 2
    assert said in capsys.readouterr().err


def test_steps_teach_and_show_evidence_where_asked(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """--explain and --evidence."""
    main(["trace", "n1", "n2", *files, "--explain", "--evidence"])
    text = capsys.readouterr().out
    assert "longest prefix" in text
    assert "192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.1" in " ".join(text.split())


def test_all_pairs_of_two_sets(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """SRC and DST are sets; the exit code is that of the worst pair."""
    assert main(["trace", "nodes", "n1,n2", "--all-pairs", *files]) == 0
    assert capsys.readouterr().out == "✓ 2 of 2 pairs delivered, there and back\n"
    assert (
        main(["trace", "nodes", "nodes", "--all-pairs", *files, "--what-if", "n1: ip link set eth0 down", "--format", "json"])
        == 1
    )
    told = json.loads(capsys.readouterr().out)
    assert sum(len(cause["pairs"]) for cause in told["causes"]) == 2
    assert {cause["finding"]["check"] for cause in told["causes"]} == {"device-down"}


@pytest.mark.parametrize(
    ("name", "begins"),
    [("path.svg", b"<svg "), ("path.html", b"<!DOCTYPE html>"), pytest.param("path.png", b"\x89PNG", marks=needs_font)],
)
def test_a_path_is_written_as_a_picture(files: list[str], tmp_path: Path, name: str, begins: bytes) -> None:
    """The suffix says the form; the exit code is the verdict's."""
    assert main(["trace", "n1", "n2", *files, "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_the_answer_goes_to_a_file_without_colours(files: list[str], tmp_path: Path) -> None:
    """As text or as JSON."""
    for name in ("answer.txt", "answer.json"):
        assert main(["trace", "n1", "n2", *files, "--color", "always", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "answer.txt").read_text(encoding="utf-8").startswith("✓ n1 → n2")
    assert json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))["verdict"] == "delivered"


def test_forms_that_a_path_does_not_have_are_refused(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """In words: an unknown suffix, and a picture of all pairs."""
    assert main(["trace", "n1", "n2", *files, "-o", "path.gif"]) == 2
    assert "path.gif: a path can be written as .svg" in capsys.readouterr().err
    assert main(["trace", "nodes", "nodes", "--all-pairs", *files, "-o", "all.svg"]) == 2
    assert "no picture" in capsys.readouterr().err
