"""``podpath collect``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from podpath.cli.main import main
from podpath.collect.script import script
from tests.checks.overlay.mesh.clusters import SAMPLE


def test_a_packed_cluster_is_judged_as_its_texts_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file in their place, alone or beside other input."""
    packed = tmp_path / "c.podpath"
    assert main(["collect", "-o", str(packed), str(SAMPLE)]) == 0
    assert "3 nodes, 8 outputs" in capsys.readouterr().err
    main(["check", str(SAMPLE)])
    expected = capsys.readouterr().out
    main(["check", str(packed)])
    assert capsys.readouterr().out == expected


def test_what_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """No half-written file, no traceback."""
    assert main(["collect", "-o", "/no/such/folder/x.podpath", str(SAMPLE)]) == 2
    assert "/no/such/folder/x.podpath" in capsys.readouterr().err


def test_what_was_replaced_is_listed_by_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As many of each as two files with known names and addresses hold; without a redaction there is nothing to list."""
    text = tmp_path / "secretnode.txt"
    text.write_text(
        "# ip -d link show\n2: private0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default\n"
        "    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff\n    alias the vault\n"
        "# ip route show\n203.0.113.0/24 dev private0 proto kernel scope link src 203.0.113.7\n",
        encoding="utf-8",
    )
    out = str(tmp_path / "out.podpath")
    assert main(["collect", str(text), "--redact", "--check", "-o", out]) == 0
    said = capsys.readouterr().err
    for one in ("1 × MAC", "2 × address", "1 × dev", "1 × node", "text (left out)"):
        assert f" {one}" in said or one in said, said
    assert main(["collect", str(text), "--check", "-o", out]) == 2
    assert "give both" in capsys.readouterr().err


def test_this_node_is_kept_and_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file stands for the node; nothing else is left beside it."""
    file = tmp_path / "n.podpath"
    assert main(["collect", "-o", str(file)]) == 0
    assert "namespaces" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["n.podpath"]
    assert main(["sql", "select name from link where name = 'lo' limit 1", str(file)]) == 0
    assert "lo" in capsys.readouterr().out
    assert main(["check", "--fail-on", "never", str(file)]) == 0


def test_what_is_redacted_is_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The snapshot that it was made from stays as it is."""
    whole, shown = tmp_path / "w.podpath", tmp_path / "s.podpath"
    assert main(["collect", "-o", str(whole), str(SAMPLE)]) == 0
    before = whole.read_bytes()
    assert main(["collect", "--redact", "-o", str(shown), str(whole)]) == 0
    assert whole.read_bytes() == before
    capsys.readouterr()
    assert main(["sql", "select name from node", str(shown)]) == 0
    assert "192.168.200" not in capsys.readouterr().out


def test_the_script_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """To be piped to a node."""
    assert main(["collect", "--script"]) == 0
    assert capsys.readouterr().out == script()


@pytest.mark.root
@pytest.mark.parametrize("words", [[], [str(SAMPLE)]], ids=["live", "packed"])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, words: list[str]) -> None:
    """A sentence, exit code 2, and an empty folder."""
    code = (
        f"mount -t tmpfs -o size=300k tmpfs {tmp_path} && {sys.executable} -m podpath collect -o {tmp_path}/n.podpath"
        f" {' '.join(words)}; echo code $?; ls -A {tmp_path}"
    )
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", code], capture_output=True, text=True, check=False,
        timeout=50, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )  # fmt: skip
    assert done.stdout == "code 2\n", done
    assert "n.podpath: cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
