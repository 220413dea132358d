"""What ssh and the node said when it failed: their own words, fit for a terminal, without banners and frames."""

import re
from collections.abc import Sequence
from typing import Final

from podpath.state.visible import visible

_LONGEST: Final = 300
_FRAME: Final = re.compile(r"^[@\s*#=-]*$")
_SSH: Final = re.compile(
    r"(?i)ssh: |ssh_\w+: |kex_\w+: |client_loop: |mux_client\w*: |packet_write_wait: |channel \d+: |stdio forwarding"
    r"|Connection (?:to|clo|res|tim)|Timeout, server|Received disconnect|Disconnected|Bad (?:owner|config|port)"
    r"|Unable to negotiate|Offending|Host key|No \S+ host key|.*Permission denied \(|.*command-line|.*terminating|.*not available"
    r"|sudo: (?!unable to resolve host)|sh: |/\S+: line"
)
_KEY: Final = re.compile(r"(?i)host key verification failed|no .*host key is known")
# A second try would end alike: the key, the name or the right will be as wrong as before.
_LASTING: Final = re.compile(
    r"(?i)host key|permission denied|could not resolve|name or service|bad configuration|too many authentication|no matching"
    r"|unable to negotiate|command-line|sudo:|not found|not available|not allowed|terminating"
)


def told(standard_error: bytes, printed: bytes = b"") -> str:
    """Return the words that say why: ssh's or sudo's lines where there are any, else the last lines of all.

    Args:
        standard_error: what came on standard error, a banner and the noise of a login shell included.
        printed: what came on standard output before the mark; used where standard error says nothing.
    """
    lines = [*_lines(printed), *_lines(standard_error)]
    own = [line for line in lines if _SSH.match(line)]
    if own and _KEY.search(own[-1]):
        return _short(own[-3:])  # which key it is, and in which file the other one stands
    return _short((own or lines)[-2:])


def _lines(text: bytes) -> list[str]:
    stripped = (line.strip() for line in text.decode("utf-8", "replace").splitlines())
    return [line for line in stripped if line and not _FRAME.match(line)]


def _short(lines: Sequence[str]) -> str:
    text = visible("; ".join(dict.fromkeys(line.rstrip(".") for line in lines)))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def may_pass(words: str) -> bool:
    """Say whether a second try may end otherwise."""
    return not _LASTING.search(words)
