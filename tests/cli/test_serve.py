"""`podpath serve`, as a person starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from podpath.cli.main import main

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "broken-tunnel"


def test_it_prints_its_address_serves_and_ends_when_interrupted() -> None:
    """On loopback, with a token nobody guesses; no traceback at the end."""
    words = [sys.executable, "-m", "podpath", "serve", str(SAMPLE)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            url = running.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", url)
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - of this machine
                assert "vtep-mac-mismatch" in answer.read().decode()
        finally:
            running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=30)
    assert running.returncode == 0
    assert "Traceback" not in complaints
    port = url.split(":")[2].split("/")[0]
    assert f"ssh -L {port}:127.0.0.1:{port} " in complaints
    assert "Ctrl-C ends it" in complaints


def test_a_text_that_will_be_pasted_has_no_other_source(capsys: pytest.CaptureFixture[str]) -> None:
    """The page brings it."""
    for words in ([str(SAMPLE)], ["--ssh", "n1"], ["--allow-probe"]):
        assert main(["serve", "--paste", *words]) == 2
        assert "--paste takes the text from the page" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With its number, and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port), str(SAMPLE)]) == 2
    assert f"port {port} of 127.0.0.1: Address already in use" in capsys.readouterr().err


def test_what_cannot_be_read_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is served."""
    assert main(["serve", "/nowhere/at/all"]) == 2
    assert "/nowhere/at/all" in capsys.readouterr().err


def test_packets_are_sent_from_this_node_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Not for a file, and not on other nodes."""
    assert main(["serve", "--allow-probe", str(SAMPLE)]) == 2
    assert "--allow-probe sends packets from this node" in capsys.readouterr().err
