"""Ask all runtimes of this node at the same time, within one time limit.

A runtime that is not there says nothing. One that is there and is down, forbidden or hung
becomes an unknown with its reason; what it said before it hung is kept.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple

from podpath.collect.runtimes.interface import Heard, Source, UnansweredError, Where
from podpath.collect.runtimes.registry import runtimes
from podpath.state.host import Missing

_GRACE: Final = 0.25
"""How much longer than the limit to wait for a thread that is about to report its timeout, in seconds."""
# What a terminal or a table must not hold; the names and labels of containers come from anybody.
_CONTROLS: Final = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000)], "\N{REPLACEMENT CHARACTER}"
)
_Said = tuple[int, Heard | None]
"""Number of the source, and what it reported, or None if it has reported all."""


def read_runtimes(root: Path = Path("/"), timeout: float = 2.0, environ: Mapping[str, str] | None = None) -> Iterator[Heard]:
    """Yield what each runtime of this node reports, as it arrives.

    Args:
        root: directory that stands for ``/``.
        timeout: time for all of them together, in seconds.
        environ: environment variables; this process's own unless given.
    """
    deadline = time.monotonic() + timeout
    where = Where(deadline, root) if environ is None else Where(deadline, root, environ)
    asked = [source for runtime in runtimes() for source in runtime.sources(where)]
    said: SimpleQueue[_Said] = SimpleQueue()
    for number, source in enumerate(asked):
        # A daemon: a thread that hangs in spite of all must not keep the process alive.
        threading.Thread(target=_ask, args=(number, source, said), name=source.name, daemon=True).start()
    waiting = set(range(len(asked)))
    while waiting:
        try:
            number, heard = said.get(timeout=max(0.0, deadline + _GRACE - time.monotonic()))
        except Empty:
            break
        if heard is None:
            waiting.discard(number)
        else:
            yield _clean(heard)
    for number in sorted(waiting):
        yield _clean(_unknown(asked[number], f"no answer within {timeout:g} s"))


def _ask(number: int, source: Source, said: "SimpleQueue[_Said]") -> None:
    """Put what a source says, and at last that it has said all."""
    try:
        for heard in source.read():
            said.put((number, heard))
    except FileNotFoundError:
        pass  # it went away between being found and being asked: not there is not unknown
    except PermissionError as error:
        said.put((number, _unknown(source, f"{error.filename or 'its socket'}: permission denied", f"sudo {source.command}")))
    except (OSError, UnansweredError) as error:
        said.put((number, _unknown(source, str(error))))
    except Exception as error:  # noqa: BLE001 - whatever an engine answers, the rest of the node is still read
        said.put((number, _unknown(source, f"its answer cannot be read ({type(error).__name__}: {error})")))
    finally:
        said.put((number, None))


def _unknown(source: Source, reason: str, command: str = "") -> Heard:
    return Heard(
        source.command, [], (), (Missing(f"containers of {source.name}: {reason}", command or source.command, "container"),)
    )


def _clean(heard: Heard) -> Heard:
    """Return it without characters that would act on a terminal or break a table."""
    unknowns = tuple(each._replace(what=_text(each.what), command=_text(each.command)) for each in heard.unknowns)
    return Heard(_text(heard.command), [_row(row) for row in heard.rows], heard.coverage, unknowns)


def _row(row: NamedTuple) -> NamedTuple:
    make: Callable[..., NamedTuple] = type(row)
    return make(*(_text(value) if isinstance(value, str) else value for value in row))


def _text(text: str) -> str:
    return text.translate(_CONTROLS)
