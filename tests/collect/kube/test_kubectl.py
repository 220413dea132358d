"""kubectl as it is run."""

import time
from pathlib import Path

import pytest

from podpath.collect.kube.kubectl import Kubectl, Trouble
from tests.collect.kube.fake import FORBIDDEN, NO_RESOURCE, REFUSED, Answer, make


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (FORBIDDEN, Trouble.FORBIDDEN), (NO_RESOURCE, Trouble.NO_RESOURCE), (REFUSED, Trouble.OTHER),
        ("", Trouble.OTHER),
    ],
)  # fmt: skip
def test_why_it_failed_is_known_by_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: str, trouble: Trouble
) -> None:
    """Its status is 1 for all of them; warnings before it say nothing."""
    monkeypatch.setenv("PATH", make(tmp_path / "bin", Answer(".", "", f"Warning: v1 Endpoints is deprecated\n{error}\n", 1)))
    failed = Kubectl().run(["get", "pods"], tmp_path / "out")
    assert failed is not None
    assert failed.trouble is trouble
    assert "Warning" not in failed.text
    assert failed.text


def test_what_it_prints_is_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The context is the one that was named, and what asks gets no answer."""
    monkeypatch.setenv("PATH", make(tmp_path / "bin", Answer("^--context prod get pods$", "STDIN{}\n")))
    assert Kubectl("prod").run(["get", "pods"], tmp_path / "out") is None
    assert (tmp_path / "out").read_text() == "{}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "out"]


def test_a_command_is_printed_as_a_shell_reads_it() -> None:
    """A context may be called anything."""
    assert Kubectl("my $(id) cluster").typed("get", "nodes") == "kubectl --context 'my $(id) cluster' get nodes"


def test_one_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the time that one call may take."""
    monkeypatch.setenv("PATH", make(tmp_path / "bin", Answer(".", late=60)))
    began = time.monotonic()
    failed = Kubectl(timeout=0.5).run(["get", "pods"], tmp_path / "out")
    assert failed is not None
    assert failed.trouble is Trouble.CUT_OFF
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("shell", ["head -c 3000000 /dev/zero; exit 0", "trap '' XFSZ; head -c 3000000 /dev/zero; exit 0"])
def test_one_that_prints_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    """Whether the signal ends it or not, what it printed is not used."""
    monkeypatch.setattr("podpath.collect.kube.kubectl._MOST", 1 << 20)
    program = tmp_path / "kubectl"
    program.write_text(f"#!/bin/sh\nsleep 0.2; {shell}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    failed = Kubectl().run(["get", "pods"], tmp_path / "out")
    assert failed is not None
    assert (failed.trouble, failed.text) == (Trouble.CUT_OFF, "kubectl printed more than 1 MiB")
    assert (tmp_path / "out").stat().st_size == 1 << 20


def test_what_a_cluster_says_cannot_change_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape codes are shown, and a long line is cut."""
    monkeypatch.setenv("PATH", make(tmp_path / "bin", Answer(".", "", f"error: \x1b[2J{'x' * 5000}\n", 1)))
    failed = Kubectl().run(["get", "pods"], tmp_path / "out")
    assert failed is not None
    assert "\x1b" not in failed.text
    assert len(failed.text) <= 300


def test_without_kubectl_it_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the error that the caller words."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        Kubectl().run(["get", "pods"], tmp_path / "out")
