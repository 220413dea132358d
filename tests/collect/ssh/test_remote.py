"""What travels to a node."""

import shutil
import subprocess

import pytest

from podpath.collect.ssh.remote import farewell, find_greeting, program

SHELLS = [["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"]]
MARK = "0" * 32


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_every_shell_greets_and_takes_leave(shell: list[str]) -> None:
    """The answer stands between the two; what a shell printed before is noise."""
    if shutil.which(shell[0]) is None:
        pytest.skip(f"{shell[0]} is not installed")
    # The script itself has tests of its own; here it ends at once.
    text = program(MARK).replace(b"\nPATH=/usr/sbin", b"\nexit 0\nPATH=/usr/sbin", 1)
    done = subprocess.run([*shell, "-s"], input=text, capture_output=True, check=False, timeout=30)
    found = find_greeting(b"noise\n" + done.stdout, MARK)
    assert found is not None, done
    greeting, _ = found
    assert greeting.clock is not None
    assert greeting.clock > 1_700_000_000
    assert " net:[" in greeting.machine
    assert done.stdout.endswith(farewell(MARK))


def test_a_program_that_is_cut_off_does_nothing() -> None:
    """A connection that breaks while it travels: the shell has no whole command, and runs none."""
    whole = program(MARK)
    for at in (len(whole) // 3, len(whole) - 40):
        done = subprocess.run(["sh", "-s"], input=whole[:at], capture_output=True, check=False, timeout=30)
        assert done.stdout == b""


def test_another_mark_is_no_greeting() -> None:
    """Nor is half of one: it may still come."""
    line = b"podpath-" + MARK.encode() + b" begin clock=1700000000.N uid=0 boot=ab-12 netns=net:[1]\n"
    assert find_greeting(line, "1" * 32) is None
    assert find_greeting(line[:-1], MARK) is None
    found = find_greeting(b"noise" + line + b"rest", MARK)
    assert found is not None
    assert (found[0].clock, found[0].precise, found[0].root, found[0].machine) == (1_700_000_000, False, True, "ab-12 net:[1]")
    assert (b"noise" + line + b"rest")[found[1] :] == b"rest"


def test_a_clock_of_400_digits_is_no_time() -> None:
    """What else the node says is used."""
    line = b"podpath-" + MARK.encode() + b" begin clock=%s uid=0 boot=ab-12 netns=net:[1]\n"
    for clock, wanted in ((b"9" * 400, None), (b"9" * 6000 + b".5", None), (b"1700000000.5", 1_700_000_000.5)):
        found = find_greeting(line % clock, MARK)
        assert found is not None
        assert (found[0].clock, found[0].root) == (wanted, True)
