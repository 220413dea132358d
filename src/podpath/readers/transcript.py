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

from podpath.readers.chat import message, message_head
from podpath.readers.heading import Heading
from podpath.readers.headings import find_heading
from podpath.readers.json_block import JsonBlock
from podpath.readers.line_kinds import BETWEEN, CONTAINER_LOGS, DEVICE_LINE, EMPTY, NETNS_LINE, RULE, TABLE_LINE, is_strong
from podpath.readers.line_prefixes import LinePrefixes
from podpath.readers.lines import Lines
from podpath.readers.log_lines import is_log, logs, logs_and_prose, marks
from podpath.readers.outputs import NOT_RECOGNISED, Outputs
from podpath.readers.pasted_json import JSON_START
from podpath.readers.pasted_text import before_block, plain
from podpath.readers.place import NOBODY, Place
from podpath.readers.registry import reader_of_line
from podpath.readers.section import Section, claims, is_apart, is_remarked, is_rest
from podpath.readers.shell_session import ShellSession
from podpath.readers.strange_lines import StrangeLines
from podpath.readers.typed import known_commands, shell_of
from podpath.readers.whereabouts import STRAY, NodeRef
from podpath.state.evidence import Complete, Degree, Unread

_SHORT: Final = 40


class Transcript:
    """The pasted text of one file.

    Args:
        file: name of the file, for evidence.
        node: the node that the text belongs to until a heading says otherwise.
    """

    def __init__(self, file: str, node: NodeRef) -> None:
        self._out = Outputs(file, node)
        self._json = JsonBlock(file, self._out)
        self._before = LinePrefixes(self._out)
        self._shell = ShellSession(self._out)
        self._strange = StrangeLines(self._out)
        self._ruled = self._logs = False

    def read(self, lines: Iterable[str]) -> Iterator[Section | Unread]:
        """Yield the sections and the unread lines of the text, in order.

        Args:
            lines: the lines without their ends, terminal codes taken out.
        """
        held: list[Section | Unread] = []
        for part in self._read(lines):
            held.append(part)
            if not self._out.where.only_bare:
                yield from held
                held.clear()
        for part in held:  # no other prompt: these are the shells of a host, and not of a container that somebody has entered
            if isinstance(part, Section) and part.degree is Degree.ASSUMED and part.place == STRAY:
                part.place, part.degree = Place(), Degree.STATED
        yield from held

    def _read(self, lines: Iterable[str]) -> Iterator[Section | Unread]:
        over = lines if isinstance(lines, Lines) else None
        out, before, json = self._out, self._before, self._json
        for raw in lines:
            out.number += 1
            if "<pre" in raw and (heading := before_block(raw)):  # of a page: a heading, then its block
                raw = raw[len(heading) :]  # noqa: PLW2901 - the rest of the line
                yield from self._line(plain(heading))
            line = plain(raw) if not raw.isascii() or "&" in raw or "<" in raw else raw
            if (self._logs or line.startswith("====")) and (yield from self._in_logs(line)):
                continue
            if before.journal is not None and (inner := (yield from before.off_journal(line))) is not None:
                line = inner
            if before.chat and (said := message(line, out.where.speaker)) is not None:
                line = yield from before.off_chat(said)
            if before.block:
                line = yield from before.off_block(line)
            if before.numbers:
                line = before.numbers.off(line)
            section = out.section
            if (
                section is not None
                and not json.lines
                and claims(section.reader, line)
                and not (len(line) < _SHORT and is_apart(section, line))
                and not (section.reader.once is not None and out.begins_another(section, line))
            ):
                if section.reader.name == "hostname" and not section.lines:
                    out.hostname(section, line.strip())
                section.lines.append(line)
                self._ruled = False
                continue
            yield from self._line(line)
            if over is not None and self._is_idle():
                yield from self._pass_over(over)
        yield from json.end()
        yield from self._strange.settle(heads=False)
        yield from out.close()
        yield from out.notes.flush()
        out.where.finish()

    def _is_idle(self) -> bool:
        """Say whether nothing waits for the next line."""
        waits = (
            self._out.pending
            or self._json.lines
            or self._before.block
            or self._before.numbers
            or self._strange.name
            or self._before.journal
            or self._shell.loop_lines
            or self._before.chat
        )
        return self._out.section is None and not waits

    def _pass_over(self, lines: Lines) -> Iterator[Unread]:
        """Skip lines that cannot matter. If several nodes are known, keep sentences: one may name a node."""
        passed = None
        if self._out.where.is_alone and self._strange.forms.pattern is not None:
            passed = lines.pass_over(self._strange.forms.pattern, marks())
        if passed is None:
            prose = self._out.where.is_alone and self._strange.forms.is_filled  # before that, sentences show their forms
            passed = lines.pass_over(logs_and_prose() if prose else logs(), marks())
        if passed is not None:
            self._ruled = False
            first, self._out.number = self._out.number + 1, self._out.number + passed.lines
            yield from self._out.notes.add(passed.first, NOT_RECOGNISED, first, self._out.number)

    def _in_logs(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Skip the log of a container (``cluster-info dump``), whatever it holds; return whether the line belongs to it."""
        begins = CONTAINER_LOGS.match(line) is not None
        if begins:
            yield from self._json.end()
            yield from self._out.close()
        if begins or self._logs:
            yield from self._out.strange(line)
            self._logs = not line.startswith("==== END logs ")
        return begins or self._logs or line.startswith("==== END logs ")

    def expect(self, command: str) -> None:
        """Read the text as the output of the command that its file's name gives; an unknown one changes nothing."""
        pending = known_commands(command, self._out.where.place())
        if pending is not None and len(pending) == 1:
            self._out.expect(pending[0])

    def nodes(self) -> Iterator[NodeRef]:
        """Yield every node that the text named."""
        yield from self._out.where.refs()

    def _of_chat(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Take the first message of a chat, and a line that says who wrote what stands below it; say whether it is one."""
        if not self._before.chat and (said := self._before.first_of_chat(line)) is not None:
            yield from self._line((yield from self._before.off_chat(said)))
            return True
        head = message_head(line)
        if head is None or find_heading(line) is not None:
            return False
        yield from self._strange.settle(heads=False)
        yield from self._out.close()
        self._out.foreign = False
        self._out.where.hears(head.who)
        yield from self._out.strange(line)
        return True

    def _line(self, line: str) -> Iterator[Section | Unread]:
        if self._json.lines or self._shell.loop_lines:
            yield from self._goes_on(line)
            return
        if not line.strip(EMPTY):
            self._out.foreign = False
            if self._out.section is not None:
                self._out.section.lines.append("")
            return
        if self._out.section is not None and is_rest(self._out.section, line):
            return
        if (yield from self._of_chat(line)):
            return
        if line[0].isalnum() and (inner := self._before.first_of_journal(line)) is not None:
            line = inner
        elif is_log(line) and reader_of_line(line) is None:
            yield from self._strange.settle(heads=False)
            yield from self._strange.take(line, log=True)
            return
        if JSON_START.match(line) and not self._out.is_whole():
            yield from self._json.begin(line)
            return
        if self._out.section is not None and is_remarked(self._out.section, line):
            self._out.section.lines.append(line)
            return
        line = yield from self._before.first_of_block(line)
        bare = self._before.first_counted(line)
        if bare is None or (self._strange.name is not None and (yield from self._strange.below_name(bare))):
            return
        yield from self._typed_or_text(bare)

    def _goes_on(self, line: str) -> Iterator[Section | Unread]:
        """Take one more line of a JSON document, or of a loop that is typed over several."""
        if not self._json.lines:
            yield from self._shell.goes_on(line)
        elif (prompt := (yield from self._json.add(line))) is not None:
            yield from self._shell.typed(prompt)

    def _typed_or_text(self, line: str) -> Iterator[Section | Unread]:
        prompt = self._shell.prompt(line)
        if prompt is not None and self._shell.is_certain(prompt):
            yield from self._shell.typed(prompt)
        elif self._is_listed(line):
            yield from self._text(line)
        elif (commands := known_commands(prompt.rest if prompt else line, self._out.where.place())) is not None:
            if self._out.where.left(prompt.style if prompt else ""):
                commands = known_commands(prompt.rest if prompt else line, self._out.where.place()) or commands
            yield from self._out.begin(commands, typed=prompt is not None)
            self._out.each = [one for one in commands if one.reader is not None and one.command.place.kind == NOBODY]
        elif (place := shell_of(prompt.rest if prompt else line, self._out.where.place())) is not None:
            yield from self._out.close()
            self._out.where.on_host()
            self._out.where.go_in(prompt.style if prompt else "", place)
        else:
            yield from self._text(line)

    def _is_listed(self, line: str) -> bool:
        """Say whether a line names a program in a list of words: what a lone word prints could be any other one."""
        return line.strip() == "hostname" and self._out.notes.ends_at(self._out.number - 1)

    def _text(self, line: str) -> Iterator[Section | Unread]:
        """A line that is neither a prompt, a command nor JSON."""
        if turns := self._shell.turns(line):
            yield from self._out.begin(turns)
            return
        if match := NETNS_LINE.match(line):  # `ip -all netns exec …` says where each part ran
            self._out.where.settled()
            yield from self._out.again_in(match[1])
            return
        claimed = self._out.next_pending(line)
        if claimed is not None:
            yield from self._out.close(keep_pending=True)
            self._out.open(claimed, line)
            if self._out.mixed and self._out.section is not None:
                self._out.section.shows_at_most(Complete.ASSUMED)
            return
        ends = not self._out.is_whole() or DEVICE_LINE.match(line) or (not self._out.foreign and TABLE_LINE.match(line))
        if ends and (reader := reader_of_line(line)) is not None:
            yield from self._out.close()
            self._out.begin_shape(reader, line)
            return
        ruled, self._ruled = self._ruled, RULE.match(line) is not None
        if ruled and (match := BETWEEN.match(line)):
            yield from self._out.enter(Heading(match[1], None))
            return
        heading = find_heading(line)
        if heading is not None and (is_strong(line) or not self._out.is_inside()):
            yield from self._out.enter(heading)
            return
        if heading is not None and self._out.section is not None and not (self._out.is_whole() or self._out.foreign):
            # A name in the middle of an output, and no sign that it is a heading: nobody knows whose the rest is.
            yield from self._out.close()
            self._out.where.doubtful()
        yield from self._strange.take(line)
