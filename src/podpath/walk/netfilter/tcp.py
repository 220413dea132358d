"""The states of a tracked TCP connection (net/netfilter/nf_conntrack_proto_tcp.c, tcp_conntracks).

Sequence numbers are not followed: the walk's packets are in the window.
"""

from typing import Final

STATES: Final = (
    "NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2",
)  # fmt: skip
_SHORT: Final = dict(zip(("NO", "SS", "SR", "ES", "FW", "CW", "LA", "TW", "CL", "S2"), STATES, strict=True))
# For each direction and kind of packet, the new state by old state; IV is invalid, IG is ignored.
_ORIGINAL: Final = {
    "syn": "SS SS IG IG IG IG IG SS SS S2",
    "synack": "IV IV SR IV IV IV IV IV IV SR",
    "fin": "IV IV FW FW LA LA LA TW CL IV",
    "ack": "ES IV ES ES CW CW TW TW CL IV",
    "rst": "IV CL CL CL CL CL CL CL CL CL",
    "none": "IV IV IV IV IV IV IV IV IV IV",
}
_REPLY: Final = {
    "syn": "IV S2 IV IV IV IV IV SS IV S2",
    "synack": "IV SR IG IG IG IG IG IG IG SR",
    "fin": "IV IV FW FW LA LA LA TW CL IV",
    "ack": "IV IG SR ES CW CW TW TW CL IG",
    "rst": "IV CL CL CL CL CL CL CL CL CL",
    "none": "IV IV IV IV IV IV IV IV IV IV",
}
_VALID: Final = frozenset(
    frozenset(flags.split())
    for flags in ("SYN", "SYN URG", "SYN ACK", "RST", "RST ACK", "FIN ACK", "FIN ACK URG", "ACK", "ACK URG")
)
_NO_MATTER: Final = frozenset(("PSH", "ECE", "CWR"))


def kind_of(flags: frozenset[str]) -> str:
    """Return what a packet is by its flags (get_conntrack_index)."""
    if "RST" in flags:
        return "rst"
    if "SYN" in flags:
        return "synack" if "ACK" in flags else "syn"
    if "FIN" in flags:
        return "fin"
    return "ack" if "ACK" in flags else "none"


def next_state(state: str, flags: frozenset[str], *, answer: bool) -> str | None:
    """Return the state after a packet, or None if the packet is invalid.

    Args:
        state: state of the connection; one that is not known is taken as ESTABLISHED.
        flags: TCP flags of the packet.
        answer: it goes in the reply direction.
    """
    if flags - _NO_MATTER not in _VALID:
        return None
    column = STATES.index(state if state in STATES else "ESTABLISHED")
    found = (_REPLY if answer else _ORIGINAL)[kind_of(flags)].split()[column]
    if found == "IG":
        return state
    return _SHORT.get(found)
