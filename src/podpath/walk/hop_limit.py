"""A packet that goes round between routers: at which of them its hop limit is used up (ip_forward, ip6_forward)."""

from dataclasses import replace

from podpath.walk.packet import Frame, Packet


def hop_limits(frame: Frame) -> tuple[int, ...]:
    """Return the hop limits within a frame, the outermost first: a tunnel's packets have one of their own."""
    found: list[int] = []
    content = frame.content
    while isinstance(content, Packet):
        found.append(content.ttl)
        inner = content.payload
        content = inner.content if isinstance(inner, Frame) else inner  # type: ignore[assignment]
    return tuple(found)


def last_round(frame: Frame, before: tuple[int, ...]) -> Frame:
    """Return a frame that has come back as it is in its last round: as many whole rounds later as its hop limit allows.

    Args:
        frame: the frame.
        before: the hop limits that it had when it was here before.
    """
    now = hop_limits(frame)
    shrunk = [
        now[at] if was <= is_ else (is_ - 1) % (was - is_) + 1 for at, (was, is_) in enumerate(zip(before, now, strict=True))
    ]
    return _limited(frame, shrunk)


def _limited(frame: Frame, limits: list[int]) -> Frame:
    return replace(frame, content=_packet(frame.content, limits)) if isinstance(frame.content, Packet) else frame


def _packet(packet: Packet, limits: list[int]) -> Packet:
    inner = packet.payload
    if isinstance(inner, Frame):
        inner = _limited(inner, limits[1:])
    elif isinstance(inner, Packet):
        inner = _packet(inner, limits[1:])
    return replace(packet, ttl=limits[0], payload=inner)
