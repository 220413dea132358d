"""``podpath veth``: which interface is a container's, and where it is plugged in, as a table and as JSON."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.language.wrap import columns, padded
from podpath.report.json_text import json_text
from podpath.report.signs import cut as cut_to
from podpath.report.signs import signs
from podpath.state.attachment import Attachment
from podpath.state.finding import Status
from podpath.state.tun import TUNS
from podpath.state.visible import visible

SCHEMA: Final = "podpath.veth/1"
_GAP: Final = 2
_ID: Final = 12
_NARROWEST: Final = 12
_STATE_ROOM: Final = 8  # the last column may run over where it has much to say


class _Column(NamedTuple):
    """A column of the table.

    Attributes:
        title: its title.
        rank: the widest terminal is needed for the highest rank; 0 is always shown.
    """

    title: str
    rank: int


_COLUMNS: Final = (
    _Column("NODE", 0), _Column("CONTAINER", 0), _Column("ID", 3), _Column("POD", 1), _Column("IMAGE", 4), _Column("INSIDE", 0),
    _Column("ADDRESS", 0), _Column("MAC", 2), _Column("OUTSIDE", 0), _Column("ATTACHED TO", 0), _Column("STATE", 0),
)  # fmt: skip


def as_json(rows: Iterable[Attachment], missing: Iterable[tuple[str, str]] = ()) -> str:
    """Return the JSON document.

    Args:
        rows: the interfaces.
        missing: what could not be seen, with the command that would show it.
    """
    told = [{"what": what, "command": command} for what, command in missing]
    return json_text({"schema": SCHEMA, "interfaces": rows, "missing": told})


def as_text(rows: Sequence[Attachment], width: int, *, unicode: bool = True, whole: bool = True) -> str:
    """Return the table, in so many columns as fit.

    Args:
        rows: the interfaces.
        width: columns of the terminal.
        unicode: the terminal shows more than ASCII.
        whole: nothing is missing that could hold a container.
    """
    sign = signs(unicode=unicode)
    if not rows:
        return (
            (tr("no container, and no namespace except the host's own\n"))
            if whole
            else tr("no container was captured, but some may be missing\n")
        )
    several = len({row.node for row in rows}) > 1
    for rank in (5, 4, 3, 2, 1, 0):
        pairs = zip(rows, [None, *rows], strict=False)
        lines = [line for row, above in pairs for line in _lines(row, above, sign, indexes=rank > 0)]
        kept = [
            at for at, column in enumerate(_COLUMNS)
            if column.rank < max(rank, 1) and any(line[at] for line in lines) and (several or column.title != "NODE")
        ]  # fmt: skip
        widths = {at: max(len(_COLUMNS[at].title), *(columns(line[at]) for line in lines)) for at in kept}
        if sum(widths.values()) - widths[len(_COLUMNS) - 1] + _GAP * (len(kept) - 1) + _STATE_ROOM <= width:
            break
    _narrow(widths, width)
    table = [[column.title for column in _COLUMNS], *lines]
    return "\n".join(_joined(line, widths, sign["cut"]) for line in table) + "\n"


def _narrow(widths: dict[int, int], width: int) -> None:
    """Take room from the widest column until the table fits; the last one may run over."""
    last = len(_COLUMNS) - 1
    shrinkable = [at for at in widths if at != last]
    while sum(widths[at] + _GAP for at in shrinkable) + min(widths[last], _STATE_ROOM) > width:
        widest = max(shrinkable, key=lambda at: widths[at])
        if widths[widest] <= _NARROWEST:
            return
        widths[widest] -= 1


def _joined(line: Sequence[str], widths: dict[int, int], cut: str) -> str:
    last = len(_COLUMNS) - 1
    cells = []
    for at, room in widths.items():
        text = line[at] if at == last else cut_to(line[at], room, cut)
        cells.append(padded(text, room))
    return (" " * _GAP).join(cells).rstrip()


def _lines(row: Attachment, above: Attachment | None, sign: dict[str, str], *, indexes: bool) -> list[list[str]]:
    """Return the lines of a row: one, and one more for each further address."""
    again = above is not None and _whose(above) == _whose(row)
    who = ["", "", "", "", ""] if again else [
        row.node, _printable(row.container) or sign["none"], (row.id or "")[:_ID], _printable(row.pod or ""),
        _printable(row.image or ""),
    ]  # fmt: skip
    inside = sign["none"] if row.interface is None else row.interface + (f" (if{row.ifindex})" if row.ifindex and indexes else "")
    if row.interface is None and row.outside is None:
        inside = tr("host network") if not row.netns else tr("no interface")
    first, *more = row.addresses or (sign["none"],)
    cells = [*who, inside, first, row.mac or "", _outside(row, sign), _attached(row, sign, ports=indexes), _state(row, sign)]
    blank = [""] * (len(cells) - len(who))
    return [[_printable(cell) for cell in cells], *([*[""] * len(who), "", address, *blank[2:]] for address in more)]


def _whose(row: Attachment) -> tuple[str | None, ...]:
    return row.node, row.container, row.id, row.netns


def _outside(row: Attachment, sign: dict[str, str]) -> str:
    if row.outside is None:
        return sign["none"]
    return row.outside + (tr(" in {netns}", netns=row.outside_netns.partition(":")[2]) if row.outside_netns else "")


def _attached(row: Attachment, sign: dict[str, str], *, ports: bool) -> str:
    if row.bridge is not None:
        if row.network and not ports:  # the end of a long cell is cut
            return f"{row.network} ({row.bridge})"
        network = f" ({row.network})" if row.network else ""
        return row.bridge + network + (tr(" port {port}", port=row.port) if row.port is not None and ports else "")
    if row.kind in {"macvlan", "macvtap", "ipvlan", "ipvtap", "vlan"}:
        return row.kind
    if row.routes and row.outside_netns == "":
        lengths = [route.partition("/")[2] for route in row.routes]
        return (
            tr("routed /{lengths}", lengths=lengths[0]) if lengths[0] else "routed " + ("/128" if ":" in row.routes[0] else "/32")
        )
    return sign["none"]


def _state(row: Attachment, sign: dict[str, str]) -> str:
    if row.shares is not None:
        return tr("shares {shares}'s network", shares=row.shares)
    if row.status is Status.BROKEN:
        return f"{sign['bad']} {row.reason}"
    if row.status is Status.UNKNOWN:
        return f"{sign['open']} {row.reason}"
    if row.kind in TUNS:
        return row.reason
    return ", ".join([row.outside_state or sign["none"], *row.port_flags, *row.published])


def _printable(text: str) -> str:
    """Return a name without what would act on the terminal: names are hostile input."""
    return visible(text)
