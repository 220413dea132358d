"""`podpath map`."""

import json
from pathlib import Path

import pytest

from podpath.cli.main import main

SAMPLE = str(Path(__file__).parents[2] / "samples" / "broken-tunnel")


def test_the_suffix_of_the_file_says_the_form(tmp_path: Path) -> None:
    """And the picture is in it."""
    assert main(["map", SAMPLE, "-o", str(tmp_path / "map.svg")]) == 0
    assert (tmp_path / "map.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert main(["map", SAMPLE, "-o", str(tmp_path / "map.JSON")]) == 0
    assert json.loads((tmp_path / "map.JSON").read_text(encoding="utf-8"))["schema"] == "podpath.map/1"


def test_standard_output_needs_a_form(capsys: pytest.CaptureFixture[str]) -> None:
    """`-o -` or nothing, with --format."""
    assert main(["map", SAMPLE, "-o", "-", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "podpath.map/1"
    assert main(["map", SAMPLE]) == 2
    assert "--format" in capsys.readouterr().err
    assert main(["map", SAMPLE, "-o", "map.gif"]) == 2
    assert "map.svg" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["n7", "n1/br0", "n7/cni0", ""])
def test_what_is_to_be_opened_must_be_there(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Else the names are told that there are."""
    assert main(["map", SAMPLE, "-o", "-", "--format", "svg", "--open", name]) == 2
    assert "nodes are n1, n2" in capsys.readouterr().err


def test_without_graphviz_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback; JSON needs none."""
    monkeypatch.setenv("PATH", "/nonexistent")
    assert main(["map", SAMPLE, "-o", "-", "--format", "svg"]) == 2
    assert "apt-get install graphviz" in capsys.readouterr().err
    assert main(["map", SAMPLE, "-o", "-", "--format", "json"]) == 0


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [("svg", b"<svg "), ("html", b"<!DOCTYPE html>"), ("png", b"\x89PNG"), ("dot", b"digraph "), ("gv", b"digraph "),
     ("mermaid", b"flowchart "), ("mmd", b"flowchart "), ("json", b"{")],
)  # fmt: skip
def test_every_form_is_written(suffix: str, begins: bytes, tmp_path: Path) -> None:
    """Each by its suffix, with and without something opened."""
    for words in ([], ["--open", "n1"], ["--open", "n1/cni0"], ["--open", "all"]):
        assert main(["map", SAMPLE, "-o", str(tmp_path / f"map.{suffix}"), *words]) == 0
        assert (tmp_path / f"map.{suffix}").read_bytes().startswith(begins)


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback."""
    for form in ("svg", "png"):
        assert main(["map", SAMPLE, "-o", str(tmp_path / "missing" / f"map.{form}")]) == 2
        assert "No such file" in capsys.readouterr().err
