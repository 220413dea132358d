"""``podpath drops``."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

from podpath.cli.main import main
from tests.netlink.space import Space
from tests.probe.packets import ip, need_kernel, send, udp

COMMAND = [sys.executable, "-m", "podpath", "drops"]


def started(*words: str) -> subprocess.Popen[str]:
    """Start the command."""
    return subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def feed(process: subprocess.Popen[str], space: Space) -> None:
    """Send a packet to a closed port again and again until the command ends."""
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        space.inside(lambda: send([ip(4, 17, udp(40000, 9, b"x"))]))
        time.sleep(0.02)  # a pace, not a wait


@pytest.mark.root
def test_a_closed_port_is_named_with_its_place_and_flow(space: Space) -> None:
    """As lines of JSON, of one namespace alone, with the function, and a last line that counts."""
    need_kernel()
    process = started("--for", "1s", "--format", "json", f"netns:{space.name}", "NO_SOCKET")
    feed(process, space)
    out, error = process.communicate(timeout=20)
    assert (process.returncode, error) == (0, "")
    *drops, end = (json.loads(line) for line in out.splitlines())
    assert drops
    assert {(one["reason"], one["netns"], one["interface"]) for one in drops} == {("NO_SOCKET", f"netns:{space.name}", "lo")}
    assert drops[0]["layers"][0]["dport"] == 9
    assert "target-not-listening" in drops[0]["causes"]
    assert (end["kind"], end["packets"], end["lost"]) == ("end", sum(one["packets"] for one in drops), 0)


@pytest.mark.root
def test_an_interrupt_ends_a_watch_without_a_limit(space: Space) -> None:
    """That is how it ends: status 0."""
    need_kernel()
    process = started(f"netns:{space.name}")
    assert process.stdout is not None
    deadline = time.monotonic() + 20
    line = ""
    os.set_blocking(process.stdout.fileno(), False)
    while "NO_SOCKET" not in line and time.monotonic() < deadline:
        space.inside(lambda: send([ip(4, 17, udp(40000, 9, b"x"))]))
        line = process.stdout.readline() or line
        time.sleep(0.02)  # a pace, not a wait
    os.set_blocking(process.stdout.fileno(), True)
    assert f"netns {space.name}  lo" in line
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert (process.returncode, error) == (0, "")


@pytest.mark.root
@pytest.mark.long
def test_on_a_terminal_a_table_changes_and_stays_at_the_end(space: Space) -> None:
    """A real terminal: the cursor comes back, and the last table is below it."""
    need_kernel()
    mine, theirs = pty.openpty()
    words = [*COMMAND, "--for", "2s", f"netns:{space.name}"]
    with subprocess.Popen(words, stdout=theirs, stderr=theirs, stdin=theirs, env={**os.environ, "TERM": "xterm"}) as process:
        os.close(theirs)
        shown = b""
        while process.poll() is None or select.select([mine], [], [], 0)[0]:
            space.inside(lambda: send([ip(4, 17, udp(40000, 9, b"x"))]))
            if select.select([mine], [], [], 0.05)[0]:
                try:
                    shown += os.read(mine, 1 << 16)
                except OSError:
                    break
    os.close(mine)
    text = shown.decode()
    assert process.returncode == 0, text
    assert text.count("dropped in") >= 2
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")
    assert "NO_SOCKET: nothing listens on the port that the packet is for" in text[text.rindex("\x1b[?25h") :]


@pytest.mark.root
def test_a_word_that_says_nothing_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """With what was perhaps meant."""
    need_kernel()
    assert main(["drops", "--for", "1s", "NO_SOKET"]) == 2
    assert "did you mean NO_SOCKET?" in capsys.readouterr().err


def test_a_kernel_that_cannot_be_watched_is_said_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Why, what helps, and what counts drops without it. The obstacle here is a processor that podpath does not know."""
    monkeypatch.setattr("podpath.probe.bpf.platform.machine", lambda: "vax")
    assert main(["drops", "--for", "1s"]) == 2
    error = capsys.readouterr().err
    assert "podpath: this processor's system calls are not known (vax)" in error
    assert "nstat -az" in error
    assert "Traceback" not in error


@pytest.mark.root
def test_a_hidden_file_of_types_is_said_so() -> None:
    """As a container sees it whose /sys is its own."""
    need_kernel()
    hidden = f"mount -t tmpfs tmpfs /sys/kernel/btf; exec '{sys.executable}' -m podpath drops --for 1s"
    done = subprocess.run(["unshare", "-m", "sh", "-c", hidden], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "the kernel does not describe its types: /sys/kernel/btf/vmlinux cannot be used (No such file" in done.stderr
    assert "nstat -az" in done.stderr
