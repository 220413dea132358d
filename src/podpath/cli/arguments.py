"""Arguments that several commands share."""

import argparse
import os
import sys
from pathlib import Path
from typing import IO, Final

from podpath.api.errors import UserError
from podpath.language import tr

_OCTAL: Final = 4
_PERMISSIONS: Final = 0o777
_LONGEST: Final = 1e6
_FILES: Final = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f", "fish": "(__fish_complete_path (commandline -ct))"}
"""The code that completes file names in each shell: `shtab.FILE`, which is not loaded for every command."""


def add_snapshots(parser: argparse.ArgumentParser) -> None:
    """Add the SNAPSHOT arguments."""
    argument = parser.add_argument(
        "snapshots",
        nargs="*",
        metavar="SNAPSHOT",
        help="snapshot files, text files with pasted output, directories (a sub-directory is a node), archives, - for stdin,"
        " lakes of captures",
    )
    argument.complete = _FILES  # type: ignore[attr-defined]
    add_most(parser)
    add_ssh(parser)


def names_of(argument: argparse.Action, kind: str) -> None:
    """Say what an argument names, so that shells complete it: ``checks``, ``explained``, ``faults`` or ``topologies``."""
    argument.names = kind  # type: ignore[attr-defined]


def add_most(parser: argparse.ArgumentParser) -> None:
    """Add ``--max-nodes``."""
    parser.add_argument("--max-nodes", type=int, metavar="N", help="maximum number of nodes in a snapshot (default: 20000)")
    group = parser.add_argument_group("a lake of captures (docs/fleet.md)")
    group.add_argument("--cluster", metavar="NAME", help="the cluster in the lake, if it has several")
    group.add_argument(
        "--fresh", type=duration, metavar="AGE", help="age up to which a capture says how a node is, as 90m, 2h, 1d (default: 1d)"
    )


def add_mode(parser: argparse.ArgumentParser) -> None:
    """Add ``--mode``."""
    parser.add_argument("--mode", type=_mode, metavar="MODE", help="permissions of the file, as in chmod(1) (default: 600)")


def _mode(text: str) -> int:
    if not 0 < len(text) <= _OCTAL or not set(text) <= set("01234567") or int(text, 8) > _PERMISSIONS:
        raise argparse.ArgumentTypeError(tr("{text} is not a file mode: use 600, 640, 644 …", text=text))
    return int(text, 8)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        raise argparse.ArgumentTypeError(
            tr("{text} is not a time in seconds: use more than 0, at most {longest:g}", text=text, longest=_LONGEST)
        )
    return seconds


def duration(text: str) -> float:
    """Return the seconds of a time as people write it: ``90s``, ``20m``, ``2h``, ``1d``; a plain number is seconds.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
    if not number.isdecimal() or not int(number):
        raise argparse.ArgumentTypeError(tr('"{text}" is not a time; use 90s, 20m or 2h', text=text))
    return float(number) * units[unit]


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add the option that judges an earlier state of a text."""
    parser.add_argument(
        "--as-of",
        type=_line_or_day,
        default=None,
        metavar="LINE|DAY",
        help="read each text only up to this line, or a lake as it was on this day (2026-11-30, monday, yesterday)",
    )


def _line_or_day(text: str) -> int | str:
    from podpath.lake.arguments import day_of

    if text.isdecimal():
        return int(text)
    if day_of(text) is None:
        raise argparse.ArgumentTypeError(
            tr('"{text}" is neither a line nor a day: use 120, 2026-11-30, monday or yesterday', text=text)
        )
    return text


def add_ssh(parser: argparse.ArgumentParser) -> None:
    """Add the options that ask other nodes over ssh (docs/ssh.md), or a cluster by kubectl."""
    _add_kube(parser)
    group = parser.add_argument_group("other nodes, over ssh")
    group.add_argument(
        "--ssh", action="append", default=[], metavar="HOSTS",
        help="hosts, separated by commas; @FILE: one host per line, an Ansible inventory, or kubectl get nodes -o json",
    )  # fmt: skip
    group.add_argument("--missing", action="store_true", help="read the nodes that the SNAPSHOTs lack")
    group.add_argument("--sudo", action="store_true", help="read the nodes with sudo (it must not ask for a password)")
    group.add_argument("--user", metavar="NAME", help="user to log in as (default: ssh's own)")
    group.add_argument(
        "--ssh-option", action="append", default=[], metavar="NAME=VALUE", help="an option of ssh_config(5); may be repeated"
    )
    group.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS",
        help="time limit for one node (default: 120); if given, also for the rest of the run: reading and judging",
    )  # fmt: skip
    group.add_argument("--retries", type=int, default=1, metavar="N", help="number of retries for a node that fails (default: 1)")
    group.add_argument("--jobs", type=int, default=64, metavar="N", help="number of nodes read at the same time (default: 64)")
    group.add_argument("--ask", action="store_true", help="let ssh ask for passphrases and new host keys: one node at a time")
    group.add_argument("-q", "--quiet", action="store_true", help="show no progress")


def _add_kube(parser: argparse.ArgumentParser) -> None:
    """Add the options that ask a cluster by kubectl (docs/kubernetes.md)."""
    group = parser.add_argument_group("a Kubernetes cluster, by your own kubectl")
    group.add_argument(
        "--kube", nargs="?", const="", metavar="CONTEXT",
        help="read the objects of a cluster, and its nodes through pods of their network",
    )  # fmt: skip
    group.add_argument(
        "--nodes", action="append", default=[], metavar="NAMES",
        help="with --kube: the nodes to read, separated by commas (default: those that the question needs)",
    )  # fmt: skip
    group.add_argument("--objects", action="store_true", help="with --kube: read the objects alone, and no node")
    group.add_argument(
        "--collector", action="store_true",
        help="with --kube: read the nodes through privileged pods that are made for this, and removed again",
    )  # fmt: skip
    group.add_argument("--image", metavar="IMAGE", help="image of these pods (default: one that the node has)")
    group.add_argument("--print-yaml", action="store_true", help="with --collector: print these pods, and make none")


def add_row_format(parser: argparse.ArgumentParser) -> None:
    """Add ``--format`` of a command that prints rows; ``table`` is another name of ``text``."""
    parser.add_argument(
        "--format",
        choices=("text", "table", "json", "csv", "yaml"),
        default="text",
        help="form of the output (default: text, a table)",
    )


def add_color(parser: argparse.ArgumentParser) -> None:
    """Add ``--color``."""
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours; auto follows the terminal and NO_COLOR",
    )


def wants_color(choice: str, stream: IO[str]) -> bool:
    """Say whether output gets colours (https://no-color.org)."""
    if choice != "auto":
        return choice == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def speaks_unicode(stream: IO[str]) -> bool:
    """Say whether the signs of the report can be written."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "") in ("utf8", "utf16")


def width() -> int:
    """Return the columns of the terminal; COLUMNS overrules, 80 where there is none."""
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def write(text: str, output: str | None = None, mode: int | None = None) -> None:
    """Write a result to a file, or to standard output; on a terminal a long one goes through the pager.

    Args:
        text: the result.
        output: the file; none or ``-`` is standard output.
        mode: who may read and write the file; none means its owner alone.

    Raises:
        UserError: the file cannot be written.
    """
    if output is None or output == "-":
        if sys.stdout.isatty():
            from podpath.cli.pager import paged

            if paged(text):
                return
        try:
            sys.stdout.write(text)
        except UnicodeEncodeError:
            encoding = sys.stdout.encoding or "ascii"
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        return
    write_file(text.encode("utf-8", "replace"), output, mode)


def write_file(content: bytes, output: str, mode: int | None = None) -> None:
    """Write a file whole, or leave what is there.

    Raises:
        UserError: it cannot be written.
    """
    from podpath.snapshot.whole_file import written

    try:
        with written(Path(output), mode) as file:
            file.write(content)
    except OSError as error:
        raise UserError(f"{output}: {error.strerror or error}") from None
