"""Where the text was taken: on which node, in which namespace, and how certain that is.

Headings, prompts, shells that were entered, and sentences move the place; a prompt with a host name or a wrapper makes it
sure, a heading states it, and what only follows in the text is assumed.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from podpath.readers.command_line import Prompt
from podpath.readers.heading import Heading, Kind
from podpath.readers.place import NOBODY, Place, basename
from podpath.state.address import Ip, ip_text
from podpath.state.evidence import Degree
from podpath.state.pattern import lazy

_ON_HOSTS: Final = frozenset(
    {"docker", "podman", "nerdctl", "crictl", "ctr", "kubectl", "oc", "nsenter", "systemctl", "k3s", "microk8s"}
)
"""Commands that containers do not have: who types them has left the container's shell."""
_OF_CONTAINERS: Final = lazy(r"/[#$]|(?:ba)?sh-\d")
"""Prompts of shells without a host name and settings of their own: what images come with, and no host's login."""
_WORD: Final = lazy(r"[A-Za-z0-9](?:[\w.-]*\w)?", re.ASCII)
_PAIR: Final = lazy(
    r"(?i)\b(?:node|host|server|machine|vm|worker|master)\s?#?-?\s?(?:\d{1,4}|(?-i:[A-Z])\b)|(?:节点|主机|机器|服务器)\s?\w"
)
_JOINED: Final = lazy(r"(?i)^(\D*?[^\d\s#_-])[\s#_-]++(\d{1,4}|[a-z])$")


@dataclass(eq=False, slots=True)
class NodeRef:
    """A node as the transcript calls it so far; the name may become better while reading.

    Attributes:
        name: name of the node.
        address: underlay address that the heading or the file name states.
        hosts: host names seen in its prompts.
        key: what the node was first called; stays when the name becomes better.
        named: somebody called it so; otherwise the name only stands for one.
    """

    name: str
    address: Ip | None = None
    hosts: set[str] = field(default_factory=set)
    key: str = ""
    named: bool = True

    def __post_init__(self) -> None:
        """Keep the first name as the key."""
        self.key = self.key or self.name


@dataclass(slots=True)
class _Shell:
    """A shell that was entered from another one.

    Attributes:
        outer: style of the prompt that it was entered at.
        place: where it is.
        inner: style of its own prompt, once it was seen.
        host: host name in that.
        once: it is a script, and ends before the next prompt.
        stray: nobody was seen to enter it.
    """

    outer: str
    place: Place
    inner: str | None = None
    host: str | None = None
    once: bool = False
    stray: bool = False


class Whereabouts:
    """Follows a text from place to place.

    Args:
        node: the node that the text belongs to until it says otherwise.

    Attributes:
        node: the node that the text is at.
        degree: how sure that is.
        doubt: what an output is at most, that stands behind a command which is not known.
        only_bare: no other prompt than ``/ #`` was seen, and no heading: perhaps the text is of a host that prompts so.
        speaker: the person who wrote the message that the text is at, in a chat.
        nobody: such a command, where it runs another one nobody says where.
    """

    def __init__(self, node: NodeRef) -> None:
        self.node = self._default = node
        self.degree = Degree.STATED
        self.doubt: Degree | None = None
        self.nobody = ""
        self._headed = False
        self._nodes: dict[str, NodeRef] = {_key(node.name): node}
        self._inside: Place | None = None
        self._shells: list[_Shell] = []
        self._style = self._telling = self._entered = ""
        self._just_left = False
        self._netns: str | None = None
        self.speaker = self._shown_by = ""
        self._before: Degree | None = None
        self._on_host = self.only_bare = False

    @property
    def in_shell(self) -> bool:
        """A shell was entered, and has not ended."""
        return bool(self._shells)

    @property
    def style(self) -> str:
        """Style of the last prompt."""
        return self._style

    @property
    def is_alone(self) -> bool:
        """The text has named no node but one."""
        return len(self._nodes) < 2  # noqa: PLR2004

    def settled(self) -> None:
        """Forget the doubt: a prompt, a command or a heading names the place again."""
        self.doubt, self.nobody, self._netns = None, "", None

    def in_netns(self, name: str) -> None:
        """Go to a namespace that `ip -all netns exec` has announced, until a command is typed."""
        self._netns = name

    def unprompted(self) -> None:
        """Note a command line without a prompt: where prompts tell the place, its own was not pasted."""
        if self._telling and self.doubt is None:
            self.doubt = Degree.ASSUMED

    def prefixed(self, host: str) -> None:
        """Go to a host whose name stands before each line."""
        self.node, self.degree, self._headed = self.find(host), Degree.STATED, True
        self._shells, self._inside, self.only_bare = [], None, False

    def doubtful(self) -> None:
        """Note that the place of the following output is not known."""
        self.degree = Degree.ASSUMED

    def hears(self, who: str) -> bool:
        """Note who speaks: what another person shows than before may be of another machine. Say whether it is another one."""
        if who == self.speaker:
            return False
        self.speaker = who
        if self._shown_by not in ("", who) and self._before is None:
            self._before, self.degree = self.degree, Degree.ASSUMED
        elif self._shown_by == who and self._before is not None:
            self.degree, self._before = self._before, None
        return True

    def shows(self) -> None:
        """Note that the person who speaks shows an output."""
        self._shown_by, self._before = self.speaker, None

    def enter(self, heading: Heading) -> None:
        """Go where a heading says."""
        self.settled()
        self.only_bare = False
        if heading.kind is Kind.SAME:
            return
        self._on_host = heading.kind is Kind.HOST
        self._entered = ""
        self._shells, self._style, self._telling = [], "", ""
        if heading.kind is Kind.OTHER:
            self.degree, self._inside = Degree.ASSUMED, None
        elif heading.kind is Kind.HOST:
            self._inside = None
        elif heading.kind is Kind.NODE:
            self._headed, self._inside, self.degree = True, None, heading.degree
            self.node = self.find(heading.name, heading.address)
            if heading.also:
                self._nodes[_key(heading.also)] = self.node
        else:
            if heading.also:
                self.node, self.degree, self._headed = self.find(heading.also), heading.degree, True
            elif heading.degree is Degree.ASSUMED:
                self.degree = Degree.ASSUMED
            kind = heading.kind.value
            self._inside = Place("", kind, _inner_name(kind, heading.name))

    def find(self, name: str, address: Ip | None = None) -> NodeRef:
        """Return the node of a name, made on first mention."""
        node = self._nodes.get(_key(name)) or next((ref for ref in self.refs() if _is_called(ref, name, address)), None)
        if node is None:
            node = NodeRef(name, address)
        self._nodes[_key(name)] = node
        node.address = node.address or address
        return node

    def finish(self) -> None:
        """Call the text's own node as its only prompt does, if nothing else names it: a file's name names none of several."""
        host = next(iter(self._default.hosts), "")
        unnamed = not (self.is_alone and self._default.named)
        if len(self._default.hosts) == 1 and unnamed and _key(host) not in self._nodes:
            self._default.name = host
            self._nodes[_key(host)] = self._default

    def refs(self) -> list[NodeRef]:
        """Return every node that the text has named."""
        return list({id(node): node for node in self._nodes.values()}.values())

    def told(self, name: str) -> None:
        """Note what ``hostname`` printed on the host: a name that is not the node's starts another."""
        if self._shells or not name:
            return
        known = {host.partition(".")[0] for host in self.node.hosts}
        if known and name.partition(".")[0] not in known and not self._headed:
            self.node = self.find(name)
        self.node.hosts.add(name)

    def mention(self, line: str) -> None:
        """Note a sentence that names one other node: the following output may be that node's, so its place is doubtful."""
        if self.is_alone:
            return
        words = {word.strip(".,-").casefold() for word in _WORD.findall(line)} | {_key(pair) for pair in _PAIR.findall(line)}
        named = [ref for ref in self.refs() if words & self._called(ref)]
        if len(named) == 1 and named[0] is not self.node:
            self.node, self.degree = named[0], Degree.ASSUMED
            self._shells, self._inside = [], None

    def _called(self, ref: NodeRef) -> set[str]:
        """Return what a sentence may call a node; a file's name is no word of a sentence."""
        names = {key for key, node in self._nodes.items() if node is ref and node is not self._default}
        names |= {host.casefold() for host in ref.hosts}
        return names | {ip_text(ref.address)} if ref.address is not None else names

    def prompted(self, prompt: Prompt) -> None:
        """Note the shell that a prompt belongs to: another host, or back from an inner shell."""
        self._shells = [shell for shell in self._shells if not shell.once]
        self.only_bare = self.only_bare and prompt.style == self._style
        inside = bool(self._shells) or self._just_left
        self._just_left = False
        if self._shells:
            self._leave_shells(prompt)
        elif not (self._inside or inside) and self._is_stray(prompt):
            self._shells.append(_Shell(self._style, STRAY, stray=True))
        if self._shells:
            shell = self._shells[-1]
            if shell.inner is None:
                shell.inner, shell.host = prompt.style, prompt.host
            elif prompt.host is None and prompt.style != shell.inner:
                shell.stray = True  # neither its own prompt nor the outer one
            if shell.place.node and prompt.host is not None:
                self.find(shell.place.node).hosts.add(prompt.host)
        elif prompt.host is not None:
            self._prompted_by(prompt.host)
        elif self._telling and self._telling != prompt.style and not inside and prompt.style != "└" and len(self.refs()) > 1:
            self.degree = Degree.ASSUMED  # another shell, which does not say where it is
        if not self._shells and prompt.host is not None:
            self._telling = prompt.style
        self._style = prompt.style

    def begins_stray(self, prompt: Prompt) -> bool:
        """Say whether a text begins in a container that nobody entered (``/ #``): what is above the prompt is that shell's."""
        stray = self._style == "" and prompt.bare and not (self._on_host or self._shells or self._inside)
        if self._style == "":
            self.only_bare = stray and not self._headed
        return stray

    def _is_stray(self, prompt: Prompt) -> bool:
        """Say whether a prompt is a container's that nobody entered: another one than before, or a first ``/ #``."""
        if self._style == "":
            return self.begins_stray(prompt)
        return self._style != prompt.style and _OF_CONTAINERS.match(prompt.style) is not None

    def _leave_shells(self, prompt: Prompt) -> None:
        """A prompt of the style in which a shell was entered ends it; so does the name of the host."""
        for at, shell in enumerate(self._shells):
            back = prompt.style == shell.outer and self._style != prompt.style
            back = back or (shell.stray and shell.outer == "" and prompt.style != shell.inner)
            # A prompt that names another host than the shell's own is not of that shell.
            other = shell.inner is not None and prompt.host not in (None, shell.host)
            if back or other:
                del self._shells[at:]
                return

    def _prompted_by(self, host: str) -> None:
        """Go to the node whose prompt this is."""
        owner = next((ref for ref in self.refs() if _is_called(ref, host, None)), None)
        if self._inside is not None and owner is None and self._entered in ("", host):
            return  # the container's own name
        if owner is None and (kind := _inner_kind(host)) is not None:
            self._inside, self._entered = Place("", kind, _inner_name(kind, host)), host
            return
        self._entered = ""
        self._inside = None
        if owner is not None and owner is not self.node:
            # A heading was given since, and says something else: the name may be that of both.
            doubtful = self._headed and not self.node.hosts and self.node is not self._default
            if not doubtful:
                self.node = owner
            self.degree = Degree.ASSUMED if doubtful else Degree.SURE
            return
        if owner is None and self.node.hosts:
            if not self._headed and self.node is self._default and self._default.name not in self.node.hosts:
                # Several hosts in one file without headings: each is named by its prompt.
                self._default.name = next(iter(self.node.hosts))
                self._nodes[_key(self._default.name)] = self._default
            self.node = self.find(host)
        self.node.hosts.add(host)
        self.degree = Degree.SURE

    def place(self) -> Place:
        """Return the place of the shell that commands are typed into; its node is empty where it is the text's."""
        place = self._shells[-1].place if self._shells else self._inside or Place()
        return place._replace(kind="netns", name=self._netns) if self._netns else place

    def degree_of(self, place: Place) -> Degree:
        """Return how sure it is that an output is of a place."""
        if self.doubt is not None:
            return self.doubt
        shell = self._shells[-1] if self._shells else None
        if shell is not None and place == shell.place and (shell.inner == shell.outer or shell.stray):
            return Degree.ASSUMED  # its prompt is the one before: nothing shows when it ends, or nothing where it began
        return Degree.SURE if place.node else self.degree

    def go_in(self, style: str, place: Place) -> None:
        """Note a shell that was entered: in another place, or one more in the same."""
        self._style = style
        if place != self.place():
            self._shells.append(_Shell(style, place))
        elif self._shells:
            self._shells[-1].inner = None

    def runs_in(self, style: str, place: Place) -> None:
        """Note a script that runs elsewhere: the commands that it shows (``set -x``) run there until the next prompt."""
        if place != self.place():
            self._shells.append(_Shell(style, place, once=True))

    def left(self, style: str) -> bool:
        """Leave the shells whose prompt does not stand before a command: it was typed elsewhere."""
        if not self._shells or self._shells[-1].inner in (None, style):
            return False
        at = next((at for at, shell in enumerate(self._shells) if shell.outer == style), None)
        if at is None:
            self.degree = Degree.ASSUMED
        del self._shells[at or 0 :]
        return True

    def exited(self) -> bool:
        """Leave the innermost shell; say whether there was one."""
        if not self._shells:
            return False
        self._shells.pop()
        self._just_left = True
        return True

    def ended(self) -> None:
        """Note that a shell has reported its end; the command that ended it was seen already."""
        if not self._just_left:
            self.exited()

    def on_host(self) -> None:
        """Leave all shells."""
        self._shells.clear()

    def shape_place(self) -> Place:
        """Return the place of an output that no command line announced."""
        return Place("", NOBODY) if self.nobody else self.place()


def _key(name: str) -> str:
    """Return a node's name as it is compared: ``Node 1``, ``node-1`` and ``node1`` are one."""
    folded = name.casefold()
    return "".join(match.groups()) if (match := _JOINED.match(folded)) else folded


def _is_called(ref: NodeRef, name: str, address: Ip | None) -> bool:
    """Say whether a node is known by a name or an address; a host's first name is enough."""
    if address is not None and ref.address is not None:
        return ref.address == address
    folded = name.casefold()
    known = {host.casefold() for host in (*ref.hosts, ref.name)}
    return folded in known or (
        "." not in folded and folded in {host.partition(".")[0] for host in known if not host[:1].isdigit()}
    )


_CONTAINER_ID: Final = lazy(r"[0-9a-f]{12}")
_GENERATED: Final = lazy(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?-[bcdf-hj-np-tv-xz2456789]{6,10}-[bcdf-hj-np-tv-xz2456789]{5}")


def _inner_kind(host: str) -> str | None:
    """Return what a host name is that an engine gave: a container's identifier, or the name that a Deployment gives its pods.

    Their last parts have no vowels (rand.SafeEncodeString in k8s.io/apimachinery).
    """
    if _CONTAINER_ID.fullmatch(host):
        return "container"
    return "pod" if _GENERATED.fullmatch(host) else None


def _inner_name(kind: str, name: str) -> str:
    """Return the name of a container or pod that a heading names, or does not."""
    if kind == "pod":
        return name if "/" in name else f"default/{name or 'a pod'}"
    return name or "a container"


STRAY: Final = Place("", "container", _inner_name("container", ""))
"""The place of a shell that nobody was seen to enter."""


def is_of_host(rest: str) -> bool:
    """Say whether a command is typed on hosts, not in containers: what runs another one elsewhere, or asks an engine."""
    words = rest.split(maxsplit=3)
    while words and words[0] == "sudo":
        words.pop(0)
    return bool(words) and basename(words[0]) in _ON_HOSTS
