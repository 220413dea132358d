"""The mesh of each overlay, as a page draws it: a letter for each pair, and what the tables must hold for a proven one."""

from typing import Any

from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text
from podpath.state.finding import OverlayResult, Pair, Report, Status

_LETTER = {Status.PROVEN: "p", Status.BROKEN: "b", Status.UNKNOWN: "u"}


def meshes(store: Store, report: Report) -> list[dict[str, Any]]:
    """Return each overlay: its nodes, and for each a word with a letter for each receiver (p, b or u).

    Args:
        store: the snapshot, as the checks left it: with the tables of the mesh.
        report: what they said of it.
    """
    return [_mesh(store, overlay) for overlay in report.overlays if len(overlay.nodes) > 1]


def pairs(report: Report) -> dict[str, Any]:
    """Return the pairs that were judged one by one, by overlay, row and column."""
    found = {}
    for overlay in report.overlays:
        at = {name: number for number, name in enumerate(overlay.nodes)}
        for pair in overlay.pairs:
            found[f"{overlay.name} {at[pair.source]} {at[pair.target]}"] = {
                "chain": pair.chain, "not_compared": pair.not_compared,
            }  # fmt: skip
    return found


def _mesh(store: Store, overlay: OverlayResult) -> dict[str, Any]:
    members = _members(store, overlay)
    return {
        "name": overlay.name,
        "nodes": overlay.nodes,
        "proven": overlay.proven,
        "broken": overlay.broken,
        "unknown": overlay.unknown,
        "states": _states(overlay, [member["captured"] for member in members]),
        "members": members,
    }


def _states(overlay: OverlayResult, captured: list[bool]) -> list[str]:
    at = {name: number for number, name in enumerate(overlay.nodes)}
    # Where more is unknown than was judged one by one, it is not known which.
    open_ = overlay.unknown > sum(pair.status is Status.UNKNOWN for pair in overlay.pairs)
    letters = [["u" if open_ or not sends else "p"] * len(overlay.nodes) for sends in captured]
    for pair in overlay.pairs:
        letters[at[pair.source]][at[pair.target]] = _letter(pair)
    return ["".join(row) for row in letters]


def _letter(pair: Pair) -> str:
    return _LETTER[pair.status]


def _members(store: Store, overlay: OverlayResult) -> list[dict[str, Any]]:
    """Return the device of each node, and the prefixes that lead to it."""
    prefixes: dict[str, list[str]] = {}
    for name, first, length in store.raw(
        "SELECT v.name, e.first, e.len FROM expected e JOIN vtep v USING (vt) WHERE e.overlay = ? ORDER BY ALL", [overlay.name]
    ):
        prefixes.setdefault(name, []).append(f"{ip_text(Ip(first))}/{length}")
    devices = {
        name: (dev, ns)
        for name, dev, ns in store.raw("SELECT name, dev, ns FROM vtep WHERE overlay = ? ORDER BY ALL", [overlay.name])
    }
    return [
        {"name": name, "dev": devices.get(name, ("", 0))[0], "captured": devices.get(name, ("", 0))[1] > 0,
         "prefixes": prefixes.get(name, [])}
        for name in overlay.nodes
    ]  # fmt: skip
