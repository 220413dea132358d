"""``podpath check``."""

import json
from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.checks.overlay.mesh.clusters import damaged, texts

BROKEN = damaged("204", "dst 192.168.200.206", "dst 192.168.200.209")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a whole and a broken cluster in it, and be there."""
    for name, files in (("whole", texts()), ("broken", BROKEN)):
        (tmp_path / name).mkdir()
        for node, text in files.items():
            (tmp_path / name / f"192.168.200.{node}.txt").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["whole"], 0),
        (["broken"], 1),
        (["broken", "--fail-on", "never"], 0),
        (["broken", "--ignore", "fdb-stale-vtep-ip"], 0),
        (["broken", "--fail-on", "warning"], 1),
    ],
)
def test_the_exit_code_says_whether_something_is_wrong(folder: Path, words: list[str], code: int) -> None:
    """At or above --fail-on; what is ignored does not count."""
    assert folder.is_dir()
    assert main(["check", *words]) == code


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing-here"], "nothing-here: No such file or directory"),
        (["whole", "--ignore", "no-such-check"], "there is no check named no-such-check"),
        (["empty.txt"], "nothing could be read from empty.txt"),
        (["prose.txt"], "prose.txt:1: not recognised"),
        (["whole", "-o", "no/such/folder/x"], "no/such/folder/x: No such file or directory"),
        (["whole", "--config", "bad.toml"], "bad.toml: unknown setting nonsense"),
    ],
)
def test_what_a_person_did_wrong_is_told_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    """Exit code 2, nothing on standard output, no traceback."""
    (folder / "empty.txt").write_text("")
    (folder / "prose.txt").write_text("hello there\n")
    (folder / "bad.toml").write_text("nonsense = 1\n")
    assert main(["check", *words]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.startswith("podpath: ")
    assert captured.out == ""


def test_an_unread_line_is_told_and_strict_makes_it_fatal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With file and line."""
    path = folder / "whole" / "192.168.200.204.txt"
    path.write_text(path.read_text().replace("dst 192.168.200.206", "dst 192.168.200.2o6"))
    assert main(["check", "whole"]) == 0
    assert "192.168.200.204.txt:29" in capsys.readouterr().out
    assert main(["check", "--strict", "whole"]) == 2
    assert "192.168.200.2o6" in capsys.readouterr().err


def test_the_same_node_twice_with_different_content_is_a_contradiction(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are named, and neither is believed in silence."""
    (folder / "again").mkdir()
    other = texts()["204"].replace("ee:2c:05:d1:29:00", "ee:2c:05:d1:29:99")
    (folder / "again" / "192.168.200.204.txt").write_text(other)
    main(["check", "--format", "json", "whole", "again"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert "contradicting-evidence" in [finding["check"] for finding in findings]


@pytest.mark.parametrize("name", ["podpath.toml", "pyproject.toml"])
def test_settings_come_from_a_file(folder: Path, name: str) -> None:
    """What is ignored there is ignored."""
    (folder / name).write_text('[tool.podpath]\nignore = ["fdb-stale-vtep-ip"]\n')
    assert main(["check", "broken"]) == 0


@pytest.mark.parametrize("form", ["json", "markdown", "junit", "sarif", "text"])
def test_a_report_may_go_to_a_file(folder: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """In every form."""
    main(["check", "broken", "--format", form, "-o", "out"])
    assert "fdb-stale-vtep-ip" in (folder / "out").read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""
