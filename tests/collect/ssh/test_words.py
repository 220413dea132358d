"""Why ssh or kubectl failed: lines as OpenSSH 9.2, sudo 1.9 and kubectl 1.33 printed them."""

import pytest

from podpath.collect.ssh.words import has_no_shell, may_pass, told
from tests.collect.kube.fake import FORBIDDEN, NO_SHELL

CHANGED = b"""\
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Offending ED25519 key in /home/a/.ssh/known_hosts:3
  remove with:
  ssh-keygen -f "/home/a/.ssh/known_hosts" -R "n1"
Host key for n1 has changed and you have requested strict checking.
Host key verification failed.
"""


@pytest.mark.parametrize(
    ("errors", "words", "again"),
    [
        (b"ssh: connect to host n1 port 22: Connection refused\r\n", "ssh: connect to host n1 port 22: Connection refused", True),
        (b"Welcome!\n****\nAuthorized use only\nroot@n1: Permission denied (publickey).\r\n",
         "root@n1: Permission denied (publickey)", False),
        (b"kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 10.0.0.1 port 22\r\n",
         "kex_exchange_identification: read: Connection reset by peer; Connection reset by 10.0.0.1 port 22", True),
        (b"sudo: unable to resolve host n1: Name or service not known\nsudo: a password is required\n",
         "sudo: a password is required", False),
        (b"This account is not \x1b[31mwhat it was\n", "This account is not \\x1b[31mwhat it was", True),
        (b"", "", True),
    ],
)  # fmt: skip
def test_the_words_are_those_of_ssh(errors: bytes, words: str, *, again: bool) -> None:
    """Without the banner before them; and whether it is worth another try."""
    assert told(errors) == words
    assert may_pass(words) is again


def test_a_changed_key_is_named_with_its_place() -> None:
    """Which key it is, in which file the other one stands."""
    words = told(CHANGED)
    assert words.startswith("Offending ED25519 key in /home/a/.ssh/known_hosts:3; Host key for n1 has changed")
    assert not may_pass(words)


def test_what_a_shell_printed_counts_where_ssh_says_nothing() -> None:
    """nologin(8) complains on standard output; and a long complaint is cut."""
    assert (
        told(b"Could not chdir to home directory\n", b"This account is currently not available.\n")
        == "This account is currently not available"
    )
    assert len(told(b"x" * 5000)) == 300


def test_the_words_of_kubectl_are_told_without_its_remarks() -> None:
    """A right that is missing stays so."""
    words = told(f'Defaulted container "kube-flannel" out of: kube-flannel, install-cni (init)\n{FORBIDDEN}\n'.encode())
    assert words == FORBIDDEN
    assert not may_pass(words)
    assert not has_no_shell(words)


def test_a_container_without_a_shell_is_known_by_what_its_runtime_says() -> None:
    """That stands at the end of a long line, which is cut in its middle."""
    words = told(NO_SHELL.encode())
    assert len(words) == 300
    assert words.endswith("executable file not found in $PATH: unknown")
    assert has_no_shell(words)
    assert not may_pass(words)
