"""``podpath`` and ``python -m podpath``: the least that must be there before anything else is loaded."""

import _signal  # type: ignore[import-not-found]  # signal(3) without its enums, which take longest to load
import os
import sys

if (
    sys.argv[0].endswith(("/podpath", "podpath/__main__.py", "-m"))
    and _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler
):
    # Until there is anything to clean up, a signal ends the program silently, without the interpreter's traceback.
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

from podpath.cli.halt import halt

_KILLED = 128
_NUMBERS = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)


def _at_once(number: int, frame: object) -> None:
    """End the command: what is half-done is removed. An exception could come up in the middle of anything."""
    del frame
    for other in _NUMBERS:
        _signal.signal(other, _signal.SIG_IGN)
    halt(_KILLED + number)


def _open_all() -> None:
    """Put something in the place of closed outputs, so that no file that is opened later takes their place."""
    for number, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)
    # What is written to standard output now fails, as it must: nobody would see it.
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as above
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as above


def plugin() -> int:
    """Run the command line of ``kubectl podpath …``: the cluster is kubectl's own."""
    from podpath.cli.plugin import with_cluster

    sys.argv[1:] = with_cluster(sys.argv[1:])
    return entry()


def plugin_names() -> int:
    """Complete a command line of ``kubectl podpath …``."""
    from podpath.cli.plugin_names import main

    return main(sys.argv[1:])


def entry() -> int:
    """Run the command line of the process and return the exit code."""
    for number in _NUMBERS:
        if _signal.getsignal(number) is not _signal.SIG_IGN:  # nohup
            _signal.signal(number, _at_once)
    _open_all()
    from podpath.cli.main import main

    try:
        return main()
    finally:
        # All is done, and said.
        for number in _NUMBERS:
            _signal.signal(number, _signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(entry())
