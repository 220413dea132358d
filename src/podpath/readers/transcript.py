"""Splits pasted text into sections: the output of one command, with its node and namespace.

The parser goes through the lines once and keeps only the section that it is in,
so that a file of any length can be read. A line belongs to the section as long
as it looks like that command's output; otherwise it is a prompt, a command, a
heading, the start of another command's output, or unread. Nothing is dropped:
every line that is not blank ends in a section or in an :class:`Unread`.

Each section says how sure its place is: a prompt with a host name or a wrapper makes
it sure, a heading states it, and what only follows in the text is assumed.
"""

from collections.abc import Generator, Iterable, Iterator
from typing import Final

from podpath.readers.command_line import Prompt, certain, find_prompt, split_commands, watched
from podpath.readers.heading import Heading, Kind, find_heading, lone_name
from podpath.readers.interface import Json, Reader
from podpath.readers.line_kinds import (
    BETWEEN,
    CODE_FENCE,
    CONTAINER_LOGS,
    DEVICE_LINE,
    EMPTY,
    ERROR,
    EXIT,
    FENCE,
    NETNS_LINE,
    NO_WORDS,
    RULE,
    TABLE_LINE,
    is_strong,
)  # fmt: skip
from podpath.readers.lines import Lines
from podpath.readers.log_lines import is_log, logs, logs_and_prose, marks
from podpath.readers.pasted_json import JSON_START, decoded, opened, whole
from podpath.readers.pasted_text import plain
from podpath.readers.place import NOBODY, Place
from podpath.readers.registry import is_program, reader_of_json, reader_of_line
from podpath.readers.section import Pending, Section, claims, is_apart, is_look_alike, is_remarked, is_rest, placed, unambiguous
from podpath.readers.typed import LONGEST_TYPED, QUIET, is_wrapper, known_commands, pend, shell_of
from podpath.readers.unread_notes import UnreadNotes
from podpath.readers.whereabouts import NodeRef, Whereabouts, is_of_host
from podpath.state.evidence import LEFT_OUT, Complete, Degree, Unread
from podpath.state.pattern import lazy

_SILENT: Final[tuple[list[str], ...]] = ([], ["echo"], ["cd"], ["clear"], ["exit"], ["logout"], ["hostname"])
_BLOCK: Final = lazy(r"^(?P<prefix>(?:[ \t]{0,3}[>|│┃][ \t]?)+[ \t]*|[ \t]{2,}|\t|(?P<host>[A-Za-z][\w.-]*): (?! ))(?=[^\s>|│┃])")
"""What stands before each line of a block: an indent, quote marks, the name of a host (pdsh)."""
_COUNT: Final = lazy(r" *(\d{1,6})[\t:-]")
"""What `cat -n`, nl(1) and `grep -n` put before each line."""


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
        self._count = 0
        self._maybe: tuple[Heading, str, int] | None = None
        self._section: Section | None = None
        self._pending: list[Pending] = []
        self._foreign = self._announced = False
        self._ruled = self._was_typed = self._logs = False
        self._json: list[str] = []
        self._json_first = 0
        self._depth = 0
        self._notes = UnreadNotes(file)
        self._number = 0

    def read(self, lines: Iterable[str]) -> Iterator[Section | Unread]:
        """Yield the sections and the unread lines of the text, in order.

        Args:
            lines: the lines without their ends, terminal codes taken out.
        """
        over = lines if isinstance(lines, Lines) else None
        for raw in lines:
            self._number += 1
            line = plain(raw) if not raw.isascii() or "&" in raw or "<" in raw else raw
            if (self._logs or line.startswith("====")) and (yield from self._in_logs(line)):
                continue
            if self._prefix:
                line = yield from self._in_block(line)
            if self._count:
                line = self._uncounted(line)
            section = self._section
            if (
                section is not None
                and not self._json
                and claims(section.reader, line)
                and not (len(line) < _SHORT and is_apart(section, line))
            ):
                if section.reader.name == "hostname" and not section.lines:
                    self._hostname(section, line.strip())
                section.lines.append(line)
                self._ruled = False
                continue
            yield from self._line(line)
            if over is not None and self._is_idle():
                yield from self._pass_over(over)
        yield from self._end_json()
        yield from self._settle(heads=False)
        yield from self._close()
        yield from self._notes.flush()

    def _is_idle(self) -> bool:
        """Say whether nothing waits for the next line."""
        return self._section is None and not (self._pending or self._json or self._prefix or self._count or self._maybe)

    def _pass_over(self, lines: Lines) -> Iterator[Unread]:
        """Skip lines that cannot matter. If several nodes are known, keep sentences: one may name a node."""
        passed = lines.pass_over(logs_and_prose() if self._where.is_alone else logs(), marks())
        if passed is not None:
            self._ruled = False
            first, self._number = self._number + 1, self._number + passed.lines
            yield from self._notes.add(passed.first, _NOT_RECOGNISED, first, self._number)

    def _in_logs(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Skip the log of a container (``cluster-info dump``), whatever it holds; return whether the line belongs to it."""
        begins = CONTAINER_LOGS.match(line) is not None
        if begins:
            yield from self._end_json()
            yield from self._close()
        if begins or self._logs:
            yield from self._notes.add(line, _NOT_RECOGNISED, self._number, self._number)
            self._logs = not line.startswith("==== END logs ")
        return begins or self._logs or line.startswith("==== END logs ")

    def expect(self, command: str) -> None:
        """Read the text as the output of the command that its file's name gives; an unknown one changes nothing."""
        pending = known_commands(command, self._where.place())
        if pending is not None and len(pending) == 1:
            self._was_typed = True
            self._open(pending[0])

    def nodes(self) -> Iterator[NodeRef]:
        """Yield every node that the text named."""
        yield from self._where.refs()

    # -- blocks -----------------------------------------------------------------------------------

    def _in_block(self, line: str) -> Generator[Section | Unread, None, str]:
        """Take off what each line of the block begins with; another line ends the block."""
        if line.startswith(self._prefix):
            inner = line[len(self._prefix) :]
            if inner[:1] == " " and CODE_FENCE.match(inner) is not None:  # a block in an item of a list stands deeper
                self._prefix += inner[: len(inner) - len(inner.lstrip(" "))]
            return inner
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
            or (CODE_FENCE.match(inner) is not None and match["prefix"].strip() != "")
            or known_commands(typed, self._where.place()) is not None
            or (not self._foreign and reader_of_line(line) is None and reader_of_line(inner) is not None)
            or shell_of(typed, self._where.place()) is not None
        ):
            return None
        self._prefix = match["prefix"]
        if host is not None:
            self._where.prefixed(host)
        return inner

    def _counted(self, line: str) -> str | None:
        """Return a line without the number before it, where it can be read only so."""
        match = _COUNT.match(line)
        if match is None or self._foreign or reader_of_line(line) is not None:
            return None
        inner, section = line[match.end() :], self._section
        if inner[:1] == " " and line[match.end() - 1] != "\t":
            return None  # `2: eth0` counts devices, `9: ` lines
        expected = section is not None and not section.reader.whole and claims(section.reader, inner)
        if not expected and reader_of_line(inner) is None:
            return None
        self._count = int(match[1])
        return inner

    def _uncounted(self, line: str) -> str:
        """Take off the number of a line, where it goes on counting; another line ends the block."""
        match = _COUNT.match(line)
        if match is None or int(match[1]) <= self._count:
            self._count = 0
            return line
        self._count = int(match[1])
        return line[match.end() :]

    def _settle(self, *, heads: bool) -> Iterator[Section | Unread]:
        """Decide on a line that was nothing but a name: a heading where a block or a command follows, else unread."""
        held, self._maybe = self._maybe, None
        if held is not None and heads:
            yield from self._enter(held[0])
        elif held is not None:
            yield from self._notes.add(held[1], _NOT_RECOGNISED, held[2], self._number)

    # -- one line ---------------------------------------------------------------------------------

    def _line(self, line: str) -> Iterator[Section | Unread]:
        if self._json:
            yield from self._json_line(line)
            return
        if not line.strip(EMPTY):
            self._foreign = False
            if self._section is not None:
                self._section.lines.append("")
            return
        if self._section is not None and is_rest(self._section, line):
            return
        if is_log(line) and reader_of_line(line) is None:
            yield from self._settle(heads=False)
            yield from self._strange(line, log=True)
            return
        if JSON_START.match(line) and not self._is_whole():
            self._json, self._json_first, self._depth = [], self._number, 0
            yield from self._json_line(line)
            return
        if self._section is not None and is_remarked(self._section, line):
            self._section.lines.append(line)
            return
        if not self._prefix and line[0] in _MAY_BLOCK and (inner := self._peel(line)) is not None:
            yield from self._close()
            line = inner
        if not self._count and (line[0].isdecimal() or line[0] == " ") and (inner := self._counted(line)) is not None:
            line = inner
            if self._section is not None and claims(self._section.reader, line):
                self._section.lines.append(line)
                return
        if self._maybe is not None:
            begins = certain(line) or known_commands(line, self._where.place()) is not None or reader_of_line(line) is not None
            yield from self._settle(heads=begins or CODE_FENCE.match(line) is not None)
        yield from self._typed_or_text(line)

    def _typed_or_text(self, line: str) -> Iterator[Section | Unread]:
        prompt = (watched(line) or find_prompt(line)) if len(line) < LONGEST_TYPED else None
        if prompt is not None and (prompt.sure or self._is_inner(prompt)):
            yield from self._typed(prompt)
        elif self._is_listed(line):
            yield from self._text(line)
        elif (commands := known_commands(prompt.rest if prompt else line, self._where.place())) is not None:
            if self._where.left(prompt.style if prompt else ""):
                commands = known_commands(prompt.rest if prompt else line, self._where.place()) or commands
            yield from self._begin(commands, typed=prompt is not None)
        elif (place := shell_of(prompt.rest if prompt else line, self._where.place())) is not None:
            yield from self._close()
            self._where.on_host()
            self._where.go_in(prompt.style if prompt else "", place)
        else:
            yield from self._text(line)

    def _is_listed(self, line: str) -> bool:
        """Say whether a line names a program in a list of words: what a lone word prints could be any other one."""
        return line.strip() == "hostname" and self._notes.ends_at(self._number - 1)

    def _is_inner(self, prompt: Prompt) -> bool:
        """Say whether a lone ``#`` is the prompt of the shell that was entered."""
        words = prompt.rest.split(maxsplit=1)
        return bool(self._where.in_shell and words and (is_program(words[0]) or words[0] in QUIET))

    def _text(self, line: str) -> Iterator[Section | Unread]:
        """A line that is neither a prompt, a command nor JSON."""
        if match := NETNS_LINE.match(line):  # `ip -all netns exec …` says where each part ran
            yield from self._again_in(match[1])
            return
        claimed = self._next_pending(line)
        if claimed is not None:
            yield from self._close(keep_pending=True)
            self._open(claimed, line)
            return
        ends = not self._is_whole() or DEVICE_LINE.match(line) or (not self._foreign and TABLE_LINE.match(line))
        if ends and (reader := reader_of_line(line)) is not None:
            yield from self._close()
            self._begin_shape(reader, line)
            return
        ruled, self._ruled = self._ruled, RULE.match(line) is not None
        if ruled and (match := BETWEEN.match(line)):
            yield from self._enter(Heading(match[1], None))
            return
        heading = find_heading(line)
        if heading is not None and (is_strong(line) or not self._is_inside()):
            yield from self._enter(heading)
            return
        if heading is not None and self._section is not None and not (self._is_whole() or self._foreign):
            # A name in the middle of an output, and no sign that it is a heading: nobody knows whose the rest is.
            yield from self._close()
            self._where.doubtful()
        yield from self._strange(line)

    def _strange(self, line: str, *, log: bool = False) -> Iterator[Section | Unread]:
        section = self._section
        if section is not None and section.reader.whole and not CODE_FENCE.match(line):
            section.lines.append(line)
            if LEFT_OUT.match(line):
                section.shows_at_most(Complete.NO)
            return
        inside = self._is_inside()
        if line.lstrip()[:1] in NO_WORDS:
            done = yield from self._layout(line)
            if done:
                return
        elif line.strip() in EXIT:  # a shell says so itself when it ends
            yield from self._close()
            self._where.ended()
            return
        self._step_over()
        if not inside:
            yield from self._close(keep_unread=True)
            section = None
            if not log and (heading := lone_name(line)) is not None:
                self._maybe = (heading, line, self._number)
                return
            if not log:
                self._where.mention(line)
        reason = _NOT_RECOGNISED
        if ERROR.match(line) and section is not None:
            reason = f"the command failed: {section.command or section.reader.name}"
            section.shows_at_most(Complete.NO)
        elif section is not None and section.command and (len(section.lines) < 2 or section.lines[-2].strip()):  # noqa: PLR2004
            # In the middle of a command's output: what it says may be the very entry that matters.
            reason = f"this does not look like the output of `{section.command}`"
            section.shows_at_most(Complete.ASSUMED)
        elif section is not None:
            yield from self._close()
        yield from self._notes.add(line, reason, self._number, self._number)

    def _layout(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Take a line that is a fence, a rule, or stands for lines left out; say whether it is one."""
        section = self._section
        if CODE_FENCE.match(line):
            if section is not None and any(line.strip() for line in section.lines):
                yield from self._close()
            else:
                self._step_over()
            return True
        if LEFT_OUT.match(line):
            self._step_over()
            if section is not None:
                section.shows_at_most(Complete.NO)
            return True
        if FENCE.match(line):
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
        if section is None or section.reader.relays:
            # What a command prints that podpath does not read (`cat /etc/hosts`, `curl`) may look like one.
            return self._foreign
        return bool(section.lines and section.lines[-1].strip() and not section.lines[-1].startswith("# Completed on "))

    def _is_whole(self) -> bool:
        section = self._section
        if section is None or not section.reader.whole:
            return False
        # Of an output that nobody reads an empty line may be the end.
        return not section.reader.relays or not section.lines or bool(section.lines[-1].strip())

    def _enter(self, heading: Heading) -> Iterator[Section | Unread]:
        waiting = self._section if self._announced and self._section is not None and not self._section.lines else None
        if waiting is not None:  # `echo n1; ip route`: the name is printed before the output
            self._section = None
        yield from self._close()
        self._foreign = False
        self._where.enter(heading)
        if waiting is not None:
            waiting.node, waiting.degree, waiting.first = self._where.node, heading.degree, self._number + 1
            if waiting.place.kind == NOBODY and heading.kind is Kind.NODE:  # `for h in …; do echo $h; ssh $h ip route; done`
                waiting.place = Place()
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
        if prompt.rest in EXIT and self._where.exited():
            return
        if len(commands) == 1 and not commands[0].words:
            self._where.go_in(prompt.style, commands[0].place)
            return
        pending = [pend(command) for command in commands]
        yield from self._begin(pending)
        self._announced = any(item.command.words[:1] in (["echo"], ["hostname"], ["printf"]) for item in pending)
        strange = [item.command for item in pending if item.reader is None and item.command.words[:1] not in _SILENT]
        if strange:
            self._foreign = True
            self._where.doubt = Degree.ASSUMED
            self._where.nobody = prompt.rest if any(is_wrapper(command, self._where.place()) for command in strange) else ""

    def _begin(self, pending: list[Pending], *, typed: bool = True) -> Iterator[Section | Unread]:
        yield from self._close()
        self._announced = False
        self._where.settled()
        known = [p for p in pending if p.reader is not None]
        self._pending = unambiguous(known)
        self._was_typed = typed
        self._foreign = any(p.reader.relays for p in known if p.reader is not None)
        if self._pending:
            self._open(self._pending.pop(0))

    def _open(self, pending: Pending, line: str | None = None) -> None:
        """Begin the output of a command: below its line, or with a line of it."""
        assert pending.reader is not None  # noqa: S101 - only known commands are opened
        place = pending.command.place
        self._section = Section(
            self._node_of(place), place._replace(node=""), pending.command.text, pending.command.words, pending.reader,
            pending.coverage, self._number + (line is None), [] if line is None else [line], None, self._where.degree_of(place),
            self._was_typed,
        )  # fmt: skip

    def _node_of(self, place: Place) -> NodeRef:
        return self._where.find(place.node) if place.node else self._where.node

    def _hostname(self, section: Section, name: str) -> None:
        """Take note of what ``hostname`` printed; its own line is already the node's that it names."""
        if section.place.kind == "host":
            self._where.told(name)
            section.node = self._where.node

    def _next_pending(self, line: str) -> Pending | None:
        """Return the next command of the same command line whose output the line can be."""
        for at, pending in enumerate(self._pending):
            if pending.reader is not None and claims(pending.reader, line):
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

    def _close(self, *, keep_pending: bool = False, keep_unread: bool = False) -> Iterator[Section | Unread]:
        if not keep_unread or self._section is not None:
            yield from self._notes.flush()
        section, self._section = self._section, None
        if section is not None:
            while section.lines and not section.lines[-1].strip():
                section.lines.pop()
            if is_look_alike(section):
                yield from self._notes.add(section.lines[0], _NOT_RECOGNISED, section.first, self._number)
            elif section.tells:
                yield placed(section, self._file)
        if not keep_pending:
            silent, self._pending = self._pending, []
            for pending in silent:  # a command that printed nothing has answered too
                self._open(pending)
                if self._section is not None and self._section.tells and self._section.place.kind != NOBODY:
                    yield self._section
                self._section = None

    # -- JSON -------------------------------------------------------------------------------------

    def _json_line(self, line: str) -> Iterator[Section | Unread]:
        if not self._json and (document := whole(line)) is not None:
            yield from self._document(document, [line])
            return
        self._json.append(line)
        self._depth += opened(line)
        if self._depth > 0:
            if len(self._json) > 1 and (prompt := find_prompt(line)) is not None and certain(line):
                self._json.pop()
                yield from self._end_json()
                yield from self._typed(prompt)
            return
        yield from self._end_json()

    def _end_json(self) -> Iterator[Section | Unread]:
        lines, self._json = self._json, []
        if not lines:
            return
        try:
            document = decoded("\n".join(lines))
        except (ValueError, RecursionError):
            if self._section is not None:
                self._section.shows_at_most(Complete.NO)
            yield from self._close()
            last = self._json_first + len(lines) - 1
            yield Unread(self._file, self._json_first, last, "JSON that is cut off or damaged", lines[0][:200])
        else:
            yield from self._document(document, lines)

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
            yield from self._notes.add(lines[0], "JSON that podpath does not know", self._json_first, self._number)
            return
        yield from self._close()
        place = self._where.place()
        yield Section(
            self._node_of(place), place._replace(node=""), "", [], reader, reader.shape_coverage,
            self._json_first, lines, document, self._where.degree_of(place),
        )  # fmt: skip


_NOT_RECOGNISED: Final = "not recognised as the output of any command that podpath reads"


_SHORT: Final = 40
_MAY_BLOCK: Final = frozenset(" \t>|│┃abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
