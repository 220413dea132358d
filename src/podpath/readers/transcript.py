"""Pasted text to sections: which lines are which command's output, on which node, in which namespace.

The parser goes through the lines once and keeps only the section that it is in,
so that a file of any length can be read. A line belongs to the section as long
as it looks like that command's output; otherwise it is a prompt, a command, a
heading, the start of another command's output, or unread. Nothing is dropped:
every line that is not blank ends in a section or in an :class:`Unread`.

Each section says how sure its place is: a prompt with a host name or a wrapper makes
it sure, a heading states it, and what only follows in the text is assumed.
"""

import json
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from podpath.readers.command_line import Command, Prompt, certain, find_prompt, split_commands, watched
from podpath.readers.heading import Heading, find_heading, lone_name
from podpath.readers.interface import Json, Reader
from podpath.readers.pasted_text import plain, without_remark
from podpath.readers.place import NOBODY, Place
from podpath.readers.registry import is_program, reader_of_json, reader_of_line, readers
from podpath.readers.whereabouts import NodeRef, Whereabouts, is_of_host
from podpath.state.evidence import Complete, Coverage, Degree, Unread


@dataclass(slots=True)
class Section:
    """The output of one command.

    Attributes:
        node: where it ran.
        place: the namespace it ran in.
        command: the command line as typed; empty when it was recognised by its shape.
        words: its words without wrappers.
        reader: who reads it.
        coverage: what it shows of which tables.
        first: number of its first line in the file, from 1.
        lines: its lines.
        document: the decoded document, when the output is JSON.
        degree: how sure its place is.
    """

    node: NodeRef
    place: Place
    command: str
    words: list[str]
    reader: Reader
    coverage: tuple[Coverage, ...]
    first: int
    lines: list[str] = field(default_factory=list)
    document: Json = None
    degree: Degree = Degree.STATED


@dataclass(slots=True)
class _Pending:
    """A command that was typed, with the reader of its output where there is one."""

    command: Command
    reader: Reader | None
    coverage: tuple[Coverage, ...]


_ERROR: Final = re.compile(
    r"(?i)^(?:.*: )?(?:command not found|not found|permission denied|operation not permitted|cannot open network namespace"
    r".*|dump (?:was interrupted|terminated).*|rtnetlink answers: .*|unknown (?:command|option).*|object \".*\" is unknown.*"
    r"|you do not have enough rights.*|this command needs.*|no such container.*|error response from daemon.*"
    r"|cannot connect to the docker daemon.*)\s*$"
)
_NETNS_LINE: Final = re.compile(r"^netns: (\S+)\s*$")
_EXIT: Final = frozenset({"exit", "logout"})
_QUIET: Final = frozenset({"exit", "logout", "clear", "cd", "echo", "set", "export", "history", "true", "sleep", ":", "ls"})
_SILENT: Final[tuple[list[str], ...]] = ([], ["echo"], ["cd"], ["clear"], ["exit"], ["logout"], ["hostname"])
_FENCE: Final = re.compile(r"^\s*(?:```\w*|~~~\w*|[-=_*]{3,}|\+ )\s*$")
_RULE: Final = re.compile(r"^-{8,}\s*$")
_BETWEEN: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)\s*$")
"""The name of a host below a rule, as clush(1) and dshbak(1) print it."""
_JSON_START: Final = re.compile(r"^\s*(?:[\[{]\s*$|[\[{]\s*[\"\[{]|\[\s*\]\s*$|\{\s*\}\s*$)")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?')
_BLOCK: Final = re.compile(
    r"^(?P<prefix>(?:[ \t]{0,3}[>|│┃][ \t]?)+[ \t]*|[ \t]{2,}|\t|(?P<host>[A-Za-z][\w.-]*): (?! ))(?=[^\s>|│┃])"
)
"""What stands before each line of a block: an indent, quote marks, the name of a host (pdsh)."""
_ELLIPSIS: Final = re.compile(
    r"^\s*(?:\.{2,}|…+|[\[<(]?(?:\.{3}\s*)?(?:snip(?:ped)?|cut|truncated|output omitted|omitted|省略|略)(?:\s*\.{3})?[\])>]?)\s*$"
)
"""What people put where they left lines out."""
_CODE_FENCE: Final = re.compile(r"^\s*(?:```|~~~)")
_DEVICE_LINE: Final = re.compile(r"^(?:\d{1,6}: [^\s:]{1,40}: <[A-Z0-9,_-]*> |[^\s:]{1,15}: flags=\d+<)")
"""A line that can be of nothing but `ip link`, `ip addr` or `ifconfig`."""
_LONGEST_TYPED: Final = 4000
_DECORATION: Final = re.compile(r"[\s#=*+\-`>$\d.)【\[]*")
_AFTER: Final = " \t\r\f\v=*-`:\uff1a】]"
_FOREIGN: Final = re.compile(r"^[^\x00-\x7f][^A-Za-z`/]*`?")


class Transcript:
    """The pasted text of one file.

    Args:
        file: name of the file, for evidence.
        node: the node that the text belongs to until a heading says otherwise.
    """

    def __init__(self, file: str, node: NodeRef) -> None:
        self._file = file
        self._where = Whereabouts(node)
        self._prefix = ""
        self._maybe: tuple[Heading, str, int] | None = None
        self._section: Section | None = None
        self._pending: list[_Pending] = []
        self._foreign = self._announced = False
        self._ruled = False
        self._json: list[str] = []
        self._json_first = 0
        self._depth = 0
        self._unread: Unread | None = None
        self._number = 0

    def read(self, lines: Iterable[str]) -> Iterator[Section | Unread]:
        """Yield the sections and the unread lines of the text, in order.

        Args:
            lines: the lines without their ends, terminal codes taken out.
        """
        for self._number, raw in enumerate(lines, 1):
            line = plain(raw) if not raw.isascii() or "&" in raw or "<" in raw else raw
            if self._prefix:
                line = yield from self._in_block(line)
            section = self._section
            if (
                section is not None
                and not self._json
                and _claims(section.reader, line)
                and not (len(line) < _SHORT and _is_apart(section, line))
            ):
                if section.reader.name == "hostname" and not section.lines:
                    self._hostname(section, line.strip())
                section.lines.append(line)
                self._ruled = False
                continue
            yield from self._line(line)
        yield from self._end_json()
        yield from self._settle(heads=False)
        yield from self._close()
        yield from self._flush_unread()

    def expect(self, command: str) -> None:
        """Take the text as the output of a command that its file's name tells; an unknown one changes nothing."""
        pending = self._known_commands(command)
        if pending is not None and len(pending) == 1:
            self._number = 0
            self._open(pending[0])

    def nodes(self) -> Iterator[NodeRef]:
        """Yield every node that the text named."""
        yield from self._where.refs()

    # -- blocks -----------------------------------------------------------------------------------

    def _in_block(self, line: str) -> Generator[Section | Unread, None, str]:
        """Take off what each line of the block begins with; another line ends the block."""
        if line.startswith(self._prefix):
            return line[len(self._prefix) :]
        if not line.strip() or line.rstrip() == self._prefix.rstrip():
            return ""
        hosts, self._prefix = self._prefix.endswith(": "), ""
        if self._section is not None and self._section.lines:
            yield from self._close()
        if hosts:
            self._where.doubtful()
        return line

    def _peel(self, line: str) -> str | None:
        """Return a line without what a block puts before it, where it can be read only so."""
        match = _BLOCK.match(line)
        if match is None or (self._is_whole() and self._is_inside()):
            return None
        inner, host = line[match.end() :], match["host"]
        if host is not None and lone_name(host) is None:
            return None
        prompt = find_prompt(inner)
        typed = prompt.rest if prompt is not None else inner
        if not (
            (prompt is not None and prompt.sure)
            or (_CODE_FENCE.match(inner) is not None and match["prefix"].strip() != "")
            or self._known_commands(typed) is not None
            or self._is_shape(line, inner)
            or self._shell_of(typed) is not None
        ):
            return None
        self._prefix = match["prefix"]
        if host is not None:
            self._where.prefixed(host)
        return inner

    def _is_shape(self, line: str, inner: str) -> bool:
        return not self._foreign and reader_of_line(line) is None and reader_of_line(inner) is not None

    def _settle(self, *, heads: bool) -> Iterator[Section | Unread]:
        """Decide on a line that was nothing but a name: a heading where a block or a command follows, else unread."""
        held, self._maybe = self._maybe, None
        if held is not None and heads:
            yield from self._enter(held[0])
        elif held is not None:
            yield from self._miss(held[1], _NOT_RECOGNISED, held[2])

    # -- one line ---------------------------------------------------------------------------------

    def _line(self, line: str) -> Iterator[Section | Unread]:
        if self._json:
            yield from self._json_line(line)
            return
        if not line.strip(_EMPTY):
            self._foreign = False
            if self._section is not None:
                self._section.lines.append("")
            return
        if _JSON_START.match(line) and not self._is_whole():
            self._json, self._json_first, self._depth = [], self._number, 0
            yield from self._json_line(line)
            return
        section = self._section
        if (
            section is not None
            and not section.reader.whole
            and (bare := without_remark(line)) != line
            and _claims(section.reader, bare)
        ):
            section.lines.append(line)
            return
        if not self._prefix and line[0] in _MAY_BLOCK and (inner := self._peel(line)) is not None:
            yield from self._close()
            line = inner
        if self._maybe is not None:
            yield from self._settle(heads=bool(_CODE_FENCE.match(line)) or self._begins(line))
        prompt = (watched(line) or find_prompt(line)) if len(line) < _LONGEST_TYPED else None
        if prompt is not None and (prompt.sure or self._is_inner(prompt)):
            yield from self._typed(prompt)
        elif (commands := self._known_commands(prompt.rest if prompt else line)) is not None:
            if self._where.left(prompt.style if prompt else ""):
                commands = self._known_commands(prompt.rest if prompt else line) or commands
            yield from self._begin(commands)
        elif (place := self._shell_of(prompt.rest if prompt else line)) is not None:
            yield from self._close()
            self._where.on_host()
            self._where.go_in(prompt.style if prompt else "", place)
        else:
            yield from self._text(line)

    def _is_inner(self, prompt: Prompt) -> bool:
        """Say whether a lone ``#`` is the prompt of the shell that was entered."""
        words = prompt.rest.split(maxsplit=1)
        return bool(self._where.in_shell and words and (is_program(words[0]) or words[0] in _QUIET))

    def _begins(self, line: str) -> bool:
        """Say whether a line is a prompt, a command, or the beginning of an output."""
        return certain(line) or self._known_commands(line) is not None or reader_of_line(line) is not None

    def _text(self, line: str) -> Iterator[Section | Unread]:
        """A line that is neither a prompt, a command nor JSON."""
        if match := _NETNS_LINE.match(line):  # `ip -all netns exec …` says where each part ran
            yield from self._again_in(match[1])
            return
        claimed = self._next_pending(line)
        if claimed is not None:
            yield from self._close(keep_pending=True)
            self._open(claimed)
            self._append(line)
            return
        if (not self._is_whole() or _DEVICE_LINE.match(line)) and (reader := reader_of_line(line)) is not None:
            yield from self._close()
            self._begin_shape(reader, line)
            return
        ruled, self._ruled = self._ruled, _RULE.match(line) is not None
        if ruled and (match := _BETWEEN.match(line)):
            yield from self._enter(Heading(match[1], None))
            return
        if (heading := find_heading(line)) is not None and (_strong(line) or not self._is_inside()):
            yield from self._enter(heading)
            return
        yield from self._strange(line)

    def _strange(self, line: str) -> Iterator[Section | Unread]:
        section = self._section
        if section is not None and section.reader.whole and not _CODE_FENCE.match(line):
            section.lines.append(line)
            return
        inside = self._is_inside()
        if line.lstrip()[:1] in _NO_WORDS:
            done = yield from self._layout(line)
            if done:
                return
        elif line.strip() in _EXIT:  # a shell says so itself when it ends
            yield from self._close()
            self._where.ended()
            return
        self._step_over()
        if not inside:
            yield from self._close(keep_unread=True)
            section = None
            if (heading := lone_name(line)) is not None:
                self._maybe = (heading, line, self._number)
                return
            self._where.mention(line)
        reason = _NOT_RECOGNISED
        if _ERROR.match(line) and section is not None:
            reason = f"the command failed: {section.command or section.reader.name}"
            section.coverage = tuple(c._replace(complete=Complete.NO) for c in section.coverage)
        elif section is not None and section.command and (len(section.lines) < 2 or section.lines[-2].strip()):  # noqa: PLR2004
            # In the middle of a command's output: what it says may be the very entry that matters.
            reason = f"this does not look like the output of `{section.command}`"
            section.coverage = tuple(c._replace(complete=Complete.ASSUMED) for c in section.coverage)
        elif section is not None:
            yield from self._close()
        yield from self._miss(line, reason)

    def _layout(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Take a line that is a fence, a rule, or stands for lines left out; say whether it is one."""
        section = self._section
        if _CODE_FENCE.match(line):
            if section is not None and section.lines:
                yield from self._close()
            else:
                self._step_over()
            return True
        if _ELLIPSIS.match(line):
            self._step_over()
            if section is not None:
                section.coverage = tuple(c._replace(complete=Complete.NO) for c in section.coverage)
            return True
        if _FENCE.match(line):
            self._step_over()
            return True
        return False

    def _step_over(self) -> None:
        """Keep the section's lines in step with the file's when a line is left out."""
        if self._section is not None and self._section.lines:
            self._section.lines.append("")
        elif self._section is not None:
            self._section.first = self._number + 1

    def _is_inside(self) -> bool:
        """Say whether the line before belongs to a command's output: then an unmarked line is no heading."""
        section = self._section
        if section is None:
            # What a command prints that podpath does not read (`dig +short`, `cat /etc/hosts`) may look like one.
            return self._foreign
        return bool(section.lines and section.lines[-1].strip() and not section.lines[-1].startswith("# Completed on "))

    def _is_whole(self) -> bool:
        return self._section is not None and self._section.reader.whole

    def _enter(self, heading: Heading) -> Iterator[Section | Unread]:
        waiting = self._section if self._announced and self._section is not None and not self._section.lines else None
        if waiting is not None:  # `echo n1; ip route`: the name is printed before the output
            self._section = None
        yield from self._close()
        self._foreign = False
        self._where.enter(heading)
        if waiting is not None:
            waiting.node, waiting.degree, waiting.first = self._where.node, heading.degree, self._number + 1
            self._section = waiting

    # -- commands ---------------------------------------------------------------------------------

    def _typed(self, prompt: Prompt) -> Iterator[Section | Unread]:
        yield from self._close()
        self._foreign = False
        self._where.settled()
        self._where.prompted(prompt)
        if not prompt.rest or prompt.rest.startswith("#"):
            if (heading := find_heading(prompt.rest)) is not None:
                yield from self._enter(heading)
            return
        if is_of_host(prompt.rest):
            self._where.on_host()
        commands = split_commands(prompt.rest, self._where.place())
        if prompt.rest in _EXIT and self._where.exited():
            return
        if len(commands) == 1 and not commands[0].words:
            self._where.go_in(prompt.style, commands[0].place)
            return
        pending = [self._pend(command) for command in commands]
        yield from self._begin(pending)
        self._announced = any(item.command.words[:1] in (["echo"], ["hostname"], ["printf"]) for item in pending)
        strange = [item.command for item in pending if item.reader is None and item.command.words[:1] not in _SILENT]
        self._foreign = bool(strange)
        if strange:
            self._where.doubt = Degree.ASSUMED
            self._where.nobody = prompt.rest if any(self._is_wrapper(command) for command in strange) else ""

    def _is_wrapper(self, command: Command) -> bool:
        """Say whether a command that podpath does not know runs one that it knows, nobody says where."""
        words = command.words
        tails = (words[at:] for at in range(1, len(words)) if is_program(words[at].strip("'\"")))
        return (
            command.place.kind == NOBODY
            or any(reader.accepts(tail) is not None for tail in tails for reader in readers())
            or any(" " in word and self._known_commands(word) is not None for word in words[1:])
        )

    def _shell_of(self, text: str) -> Place | None:
        """Return the place of the shell that a line without a sure prompt enters, if it does nothing else."""
        words = text.split(maxsplit=2)
        if not words or not is_program(words[0]) or len(words) < 2:  # noqa: PLR2004 - nothing is entered by one word
            return None
        outer = Place() if is_of_host(text) else self._where.place()
        commands = split_commands(text, outer)
        entered = len(commands) == 1 and not commands[0].words and commands[0].place != outer
        return commands[0].place if entered else None

    def _pend(self, command: Command) -> _Pending:
        for reader in readers():
            coverage = reader.accepts(command.words) if command.words else None
            if coverage is not None:
                if command.filtered:
                    coverage = tuple(c._replace(complete=Complete.NO) for c in coverage)
                return _Pending(command, reader, coverage)
        return _Pending(command, None, ())

    def _known_commands(self, text: str) -> list[_Pending] | None:
        """Return the commands of a line without a sure prompt, when podpath knows every one of them."""
        if len(text) >= _LONGEST_TYPED:
            return None
        for core in _cores(text):
            if not is_program((core.split(maxsplit=1) or [""])[0]):
                continue
            pending = [self._pend(command) for command in split_commands(core, self._where.place())]
            named = [p for p in pending if p.reader is not None]
            if named and all(p.reader is not None or (p.command.words[:1] or [""])[0] in _QUIET for p in pending):
                return pending
        return None

    def _begin(self, pending: list[_Pending]) -> Iterator[Section | Unread]:
        yield from self._close()
        self._announced = False
        self._where.settled()
        known = [p for p in pending if p.reader is not None]
        self._pending = _unambiguous(known)
        if self._pending:
            self._open(self._pending.pop(0))

    def _open(self, pending: _Pending) -> None:
        assert pending.reader is not None  # noqa: S101 - only known commands are opened
        place = pending.command.place
        self._section = Section(
            self._node_of(place), place._replace(node=""), pending.command.text, pending.command.words, pending.reader,
            pending.coverage, self._number + 1, degree=self._where.degree_of(place),
        )  # fmt: skip

    def _node_of(self, place: Place) -> NodeRef:
        return self._where.find(place.node) if place.node else self._where.node

    def _hostname(self, section: Section, name: str) -> None:
        """Take note of what ``hostname`` printed; its own line is already the node's that it names."""
        if section.place.kind == "host":
            self._where.told(name)
            section.node = self._where.node

    def _next_pending(self, line: str) -> _Pending | None:
        """Return the next command of the same command line whose output the line can be."""
        for at, pending in enumerate(self._pending):
            if pending.reader is not None and _claims(pending.reader, line):
                skipped, self._pending = self._pending[:at], self._pending[at + 1 :]
                self._pending = [*skipped, *self._pending]
                return pending
        return None

    def _again_in(self, netns: str) -> Iterator[Section | Unread]:
        section = self._section
        yield from self._close()
        self._where.in_netns(netns)
        if section is not None:
            place = Place("", "netns", netns)
            self._section = Section(
                section.node, place, section.command, section.words, section.reader, section.coverage, self._number + 1,
                degree=section.degree,
            )  # fmt: skip

    def _begin_shape(self, reader: Reader, line: str) -> None:
        place = self._where.shape_place()
        self._section = Section(
            self._node_of(place), place._replace(node=""), self._where.nobody, [], reader, reader.shape_coverage, self._number,
            [line], degree=self._where.degree_of(place),
        )  # fmt: skip

    def _append(self, line: str) -> None:
        if self._section is not None:
            if not self._section.lines:
                self._section.first = self._number
            self._section.lines.append(line)

    def _close(self, *, keep_pending: bool = False, keep_unread: bool = False) -> Iterator[Section | Unread]:
        if not keep_unread or self._section is not None:
            yield from self._flush_unread()
        section, self._section = self._section, None
        if section is not None:
            while section.lines and not section.lines[-1].strip():
                section.lines.pop()
            yield self._placed(section)
        if not keep_pending:
            silent, self._pending = self._pending, []
            for pending in silent:  # a command that printed nothing has answered too
                self._open(pending)
                if self._section is not None and self._section.place.kind != NOBODY:
                    yield self._section
                self._section = None

    def _placed(self, section: Section) -> Section | Unread:
        """Return a section, or what is said of one whose place nobody tells."""
        if section.place.kind != NOBODY:
            return section
        lines = section.lines or [""]
        reason = f"nothing tells where `{section.command}` ran: put a heading with the node's name before it"
        return Unread(self._file, section.first, section.first + len(lines) - 1, reason, lines[0].strip()[:200])

    # -- JSON -------------------------------------------------------------------------------------

    def _json_line(self, line: str) -> Iterator[Section | Unread]:
        self._json.append(line)
        self._depth += _opened(line)
        if self._depth > 0:
            if len(self._json) > 1 and (prompt := find_prompt(line)) is not None and certain(line):
                self._json.pop()
                yield from self._end_json()
                yield from self._typed(prompt)
            return
        yield from self._end_json()

    def _end_json(self) -> Iterator[Section | Unread]:
        if not self._json:
            return
        text = "\n".join(self._json)
        try:
            document = _decoded(text)
        except (ValueError, RecursionError):
            lines, self._json = self._json, []
            yield from self._bad_json(lines)
            return
        lines, self._json = self._json, []
        yield from self._document(document, lines)

    def _bad_json(self, lines: list[str]) -> Iterator[Section | Unread]:
        if self._section is not None:
            self._section.coverage = tuple(c._replace(complete=Complete.NO) for c in self._section.coverage)
        yield from self._close()
        last = self._json_first + len(lines) - 1
        yield Unread(self._file, self._json_first, last, "JSON that is cut off or damaged", lines[0][:200])

    def _document(self, document: Json, lines: list[str]) -> Iterator[Section | Unread]:
        section = self._section
        if section is not None and section.reader.read_json is not None and not section.lines and section.document is None:
            section.document, section.first, section.lines = document, self._json_first, lines
            yield from self._close(keep_pending=True)
            if self._pending:
                self._open(self._pending.pop(0))
            return
        reader = reader_of_json(document)
        if reader is None:
            yield from self._miss(lines[0], "JSON that podpath does not know", self._json_first)
            return
        yield from self._close()
        place = self._where.place()
        yield Section(
            self._node_of(place), place._replace(node=""), "", [], reader, reader.shape_coverage,
            self._json_first, lines, document, self._where.degree_of(place),
        )  # fmt: skip

    # -- what could not be read ---------------------------------------------------------------------

    def _miss(self, line: str, reason: str, first: int | None = None) -> Iterator[Unread]:
        """Note an unread line; neighbours with the same reason become one note."""
        first = first or self._number
        last = self._unread
        if last is not None and last.reason == reason and last.last >= first - 2:
            self._unread = last._replace(last=self._number)
            return
        yield from self._flush_unread()
        self._unread = Unread(self._file, first, self._number, reason, line.strip()[:200])

    def _flush_unread(self) -> Iterator[Unread]:
        if self._unread is not None:
            yield self._unread
            self._unread = None


_NOT_RECOGNISED: Final = "not recognised as the output of any command that podpath reads"


def _decoded(text: str) -> Json:
    """Decode JSON, fast where the decoder allows (it refuses numbers beyond 64 bits, which are JSON all the same)."""
    import orjson

    try:
        return orjson.loads(text)
    except ValueError:
        # Halves of characters ("\\ud800") are JSON, and no text that could be kept.
        return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))


def _opened(line: str) -> int:
    """Return how many more brackets a line of JSON opens than it closes: where none is open any more, the document ends."""
    bare = _QUOTED.sub("", line) if '"' in line else line
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")


def _claims(reader: Reader, line: str) -> bool:
    """Say whether a line looks like this reader's output."""
    return (reader.continues is not None and reader.continues.match(line) is not None) or (
        reader.starts is not None and reader.starts.match(line) is not None
    )


_SHORT: Final = 40
_EMPTY: Final = " \t>|│┃"
"""What a line holds that a quotation or a box leaves empty."""
_NO_WORDS: Final = frozenset("`~-=_*+.…[<(省略")
_MAY_BLOCK: Final = frozenset(" \t>|│┃abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LONE_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\s*$")


def _is_apart(section: Section, line: str) -> bool:
    """Say whether a line that looks like more of an output is none.

    A lone address that stands apart is a heading, not a route of several hops, and dots are what a person put for lines left out.
    """
    if _ELLIPSIS.match(line):
        return True
    return bool(section.lines and not section.lines[-1].strip() and _LONE_ADDRESS.match(line))


def _strong(line: str) -> bool:
    """Say whether a line is marked as a heading, by decoration or by a colon at its end."""
    return line.lstrip().startswith(
        ("#", "==", "--", "**", ">>", "[", "【", "<h", "<summary", "<b>", "<strong>")
    ) or line.rstrip().endswith((":", "\uff1a", "<<", ">>"))


def _cores(text: str) -> Iterator[str]:
    """Yield a line as it is, and without the decoration that people put around a command."""
    yield text.strip()
    core = _DECORATION.sub("", text, count=1).rstrip(_AFTER)
    if core not in ("", text.strip()):
        yield core
    bare = _FOREIGN.sub("", text.strip()).strip(" `:\uff1a")
    if bare and bare != text.strip():
        yield bare


def _unambiguous(pending: list[_Pending]) -> list[_Pending]:
    """Join commands of one line whose outputs cannot be told apart into one that covers both.

    ``ip -4 route; ip -6 route`` prints rows that say what they are; the outputs of ``ip route show table 52; ip
    route`` do not, so silence means nothing in either, and rows are read with neither's table.
    """
    joined: list[_Pending] = []
    for item in pending:
        twin = next((p for p in joined if p.reader is item.reader and p.command.place == item.command.place), None)
        if twin is None or item.reader is None or item.reader.whole:
            joined.append(item)
            continue
        twin.coverage = (*twin.coverage, *item.coverage)
        twin.command = twin.command._replace(text=f"{twin.command.text}; {item.command.text}")
        if {c.part for c in twin.coverage} != {twin.coverage[0].part}:
            twin.coverage = tuple(c._replace(complete=Complete.NO) for c in twin.coverage)
            twin.command = twin.command._replace(words=[*twin.command.words, "table", "?"])
    return joined
