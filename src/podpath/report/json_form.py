"""``check --format json``: the whole report as one document, ``podpath.check/1``."""

from typing import Any, Final

from podpath.state.finding import ChainLink, Evidence, Finding, OverlayResult, Pair, Report

SCHEMA: Final = "podpath.check/1"


def document(report: Report) -> dict[str, Any]:
    """Return the document; its JSON Schema ships beside this module."""
    return {
        "schema": SCHEMA,
        "nodes": list(report.nodes),
        "findings": [_finding(finding) for finding in report.findings],
        "unknowns": [{**item._asdict(), "blocks": list(item.blocks)} for item in report.unknowns],
        "mesh": [_pair(pair) for overlay in report.overlays for pair in overlay.pairs],
        "overlays": [_overlay(overlay) for overlay in report.overlays],
        "bridges": [{**view._asdict(), "addresses": list(view.addresses), "ports": list(view.ports)} for view in report.bridges],
        "pairings": [{**pairing._asdict(), "addresses": list(pairing.addresses)} for pairing in report.pairings],
        "unread": [item._asdict() for item in report.unread],
        "checks": report.checks,
    }


def render(report: Report) -> str:
    """Return the document as text."""
    import orjson

    return orjson.dumps(document(report), option=orjson.OPT_INDENT_2).decode() + "\n"


def _evidence(items: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [item._asdict() for item in items]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        **finding._asdict(),
        "evidence": _evidence(finding.evidence),
        "fix": list(finding.fix),
        "related": list(finding.related),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "overlay": pair.overlay,
        "from": pair.source,
        "to": pair.target,
        "status": pair.status,
        "chain": [_link(link) for link in pair.chain],
        "not_compared": [item._asdict() for item in pair.not_compared],
    }


def _link(link: ChainLink) -> dict[str, Any]:
    return {**link._asdict(), "evidence": _evidence(link.evidence)}


def _overlay(overlay: OverlayResult) -> dict[str, Any]:
    counts = {"proven": overlay.proven, "broken": overlay.broken, "unknown": overlay.unknown}
    return {"name": overlay.name, "nodes": list(overlay.nodes), "pairs": counts, "listed": len(overlay.pairs)}
