"""What ssh, kubectl and the node said when it failed: their own words, fit for a terminal, without banners and frames."""

import re
from collections.abc import Sequence
from typing import Final

from podpath.state.visible import visible

_LONGEST: Final = 300
_HEAD: Final = 100
# Lines that say nothing: frames of banners, and which container kubectl has chosen.
_FRAME: Final = re.compile(r"^[@\s*#=-]*$|^Defaulted container ")
_OWN: Final = re.compile(
    r"(?i)ssh: |ssh_\w+: |kex_\w+: |client_loop: |mux_client\w*: |packet_write_wait: |channel \d+: |stdio forwarding"
    r"|Connection (?:to|clo|res|tim)|Timeout, server|Received disconnect|Disconnected|Bad (?:owner|config|port)"
    r"|Unable to negotiate|Offending|Host key|No \S+ host key|.*Permission denied \(|.*command-line|.*terminating|.*not available"
    r"|sudo: (?!unable to resolve host)|sh: |/\S+: line"
    r"|error: |Error from server|The connection to the server|Unable to connect to the server|OCI runtime"
)
_KEY: Final = re.compile(r"(?i)host key verification failed|no .*host key is known")
# A second try would end alike: the key, the name or the right will be as wrong as before.
_LASTING: Final = re.compile(
    r"(?i)host key|permission denied|could not resolve|name or service|bad configuration|too many authentication|no matching"
    r"|unable to negotiate|command-line|sudo:|not found|not available|not allowed|terminating"
    r"|forbidden|unauthorized|does not exist|no such file or directory|exec format error"
)
# What container runtimes say of a program that an image does not have.
_NO_SHELL: Final = re.compile(r"executable file not found|no such file or directory|exec format error|not found in \$PATH")


def told(standard_error: bytes, printed: bytes = b"") -> str:
    """Return the words that say why: lines of ssh, sudo or kubectl where there are any, else the last lines of all.

    Args:
        standard_error: what came on standard error, a banner and the noise of a login shell included.
        printed: what came on standard output before the mark; used where standard error says nothing.
    """
    lines = [*_lines(printed), *_lines(standard_error)]
    own = [line for line in lines if _OWN.match(line)]
    if own and _KEY.search(own[-1]):
        return _short(own[-3:])  # which key it is, and in which file the other one stands
    return _short((own or lines)[-2:])


def _lines(text: bytes) -> list[str]:
    stripped = (line.strip() for line in text.decode("utf-8", "replace").splitlines())
    return [line for line in stripped if line and not _FRAME.match(line)]


def _short(lines: Sequence[str]) -> str:
    text = visible("; ".join(dict.fromkeys(line.rstrip(".") for line in lines)))
    # What was tried stands first, why it failed last.
    return text if len(text) <= _LONGEST else f"{text[:_HEAD]}…{text[_HEAD + 1 - _LONGEST :]}"


def may_pass(words: str) -> bool:
    """Say whether a second try may end otherwise."""
    return not _LASTING.search(words)


def has_no_shell(words: str) -> bool:
    """Say whether the container that was asked has no shell: another one on the node may have it."""
    return _NO_SHELL.search(words) is not None
