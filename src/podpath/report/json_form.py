"""``check --format json``: the whole report as one document, ``podpath.check/1``."""

from typing import Any, Final

from podpath.report.json_text import json_text
from podpath.state.finding import OverlayResult, Pair, Report

SCHEMA: Final = "podpath.check/1"


def document(report: Report) -> dict[str, Any]:
    """Return the document; its JSON Schema ships beside this module."""
    return {
        "schema": SCHEMA,
        "nodes": report.nodes,
        "findings": report.findings,
        "unknowns": report.unknowns,
        "mesh": [_pair(pair) for overlay in report.overlays for pair in overlay.pairs],
        "overlays": [_overlay(overlay) for overlay in report.overlays],
        "bridges": report.bridges,
        "pairings": report.pairings,
        "unread": report.unread,
        "checks": report.checks,
    }


def render(report: Report) -> str:
    """Return the document as text."""
    return json_text(document(report))


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "overlay": pair.overlay,
        "from": pair.source,
        "to": pair.target,
        "status": pair.status,
        "chain": pair.chain,
        "not_compared": pair.not_compared,
    }


def _overlay(overlay: OverlayResult) -> dict[str, Any]:
    counts = {"proven": overlay.proven, "broken": overlay.broken, "unknown": overlay.unknown}
    return {"name": overlay.name, "nodes": overlay.nodes, "pairs": counts, "listed": len(overlay.pairs)}
