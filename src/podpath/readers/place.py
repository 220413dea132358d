"""Where a command ran: the wrappers in front of it, taken off one by one.

``ssh n1 sudo ip netns exec web ip route`` ran on node ``n1``, in the namespace
``web``; what is left is ``ip route``.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

SHELLS: Final = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "busybox"})


class Place(NamedTuple):
    """A namespace of a node, as far as the command line tells.

    Attributes:
        node: host named by ``ssh``; empty means the node that the transcript is at.
        kind: host, netns, pid, container or pod.
        name: name of the namespace in that kind; empty for the host's own.
    """

    node: str = ""
    kind: str = "host"
    name: str = ""


class Placed(NamedTuple):
    """A command line with its wrappers taken off.

    Attributes:
        place: where it ran.
        words: what ran there; empty means an interactive shell.
    """

    place: Place
    words: list[str]


# Options of the wrappers that take a value; every other one stands alone (their man pages).
_VALUED: Final = {
    "sudo": {"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "--user", "--group"},
    "docker": {
        "-u",
        "--user",
        "-e",
        "--env",
        "-w",
        "--workdir",
        "--env-file",
        "--detach-keys",
        "-H",
        "--host",
        "--context",
    },
    "kubectl": {"-c", "--container", "--context", "--kubeconfig", "--cluster", "--user", "-s", "--server", "--token"},
    "nsenter": {"-S", "-G", "--setuid", "--setgid", "--wd", "--root"},
    "ssh": {
        "-B",
        "-b",
        "-c",
        "-D",
        "-E",
        "-e",
        "-F",
        "-I",
        "-i",
        "-J",
        "-L",
        "-l",
        "-m",
        "-O",
        "-o",
        "-p",
        "-Q",
        "-R",
        "-S",
        "-W",
        "-w",
    },
    "watch": {"-n", "--interval"},
    "timeout": {"-s", "-k", "--signal", "--kill-after"},
    "env": {"-u", "--unset", "-C", "--chdir"},
    "nice": {"-n"},
    "lxc": {"--env", "--user", "--group", "--cwd", "--mode"},
    "crictl": {"-r", "--runtime-endpoint", "-i", "--image-endpoint", "-c", "--config", "-t", "--timeout"},
}
_PROC_PID: Final = re.compile(r"^/proc/(\d+|self)/(net/.+)$")
_PLAIN: Final = frozenset({"sudo", "doas", "time", "env", "nice", "nohup", "command", "exec", "stdbuf", "watch"})
WRAPPERS: Final = (
    _PLAIN
    | SHELLS
    | {"timeout", "ip", "bridge", "tc", "ss", "nsenter", "docker", "podman", "nerdctl", "crictl", "lxc", "incus", "lxc-attach"}
    | {"docker-compose", "kubectl", "oc", "k", "microk8s.kubectl", "ssh", "chroot"}
)
"""Programs that run another one somewhere else."""


def basename(word: str) -> str:
    """Return the program's name without its directory."""
    return word.rpartition("/")[2]


def _skip_options(words: Sequence[str], start: int, tool: str) -> int:
    """Return the index of the first word that is neither an option of the tool nor an option's value."""
    valued = _VALUED.get(tool, set())
    at = start
    while at < len(words) and words[at].startswith("-") and words[at] != "--":
        at += 2 if words[at] in valued else 1
    return at + 1 if at < len(words) and words[at] == "--" else at


def _option(words: Sequence[str], *names: str) -> str | None:
    """Return the value of the first of the options named, in either of its spellings."""
    for at, word in enumerate(words):
        head, equals, value = word.partition("=")
        if head in names and equals:
            return value
        if word in names and at + 1 < len(words):
            return words[at + 1]
    return None


def _plain(words: list[str], place: Place) -> Placed | None:
    tool = basename(words[0])
    if tool == "timeout":
        at = _skip_options(words, 1, tool) + 1
    elif tool in _PLAIN or (tool == "busybox" and len(words) > 1):
        at = _skip_options(words, 1, tool)
    elif "=" in words[0] and words[0].partition("=")[0].isidentifier():
        at = 1
    else:
        return None
    return Placed(place, words[at:]) if at < len(words) else None


def _ip_netns(words: list[str], place: Place) -> Placed | None:
    """``ip netns exec X …``, ``ip -n X …``; ``bridge -n``; ``ss -N``; ``tc -n``."""
    tool = basename(words[0])
    if tool == "ip":
        at = _skip_options(words, 1, "ip")
        if len(words) > at + 3 and words[at].startswith("net") and words[at + 1] in ("exec", "e", "ex"):
            return Placed(place._replace(kind="netns", name=words[at + 2]), words[at + 3 :])
    flags = {"ip": ("-n", "-netns", "-net"), "bridge": ("-n", "-netns"), "tc": ("-n", "-netns"), "ss": ("-N", "--net")}
    for flag in flags.get(tool, ()):
        if flag in words[1:-1]:
            at = words.index(flag)
            return Placed(place._replace(kind="netns", name=words[at + 1]), words[:at] + words[at + 2 :])
    return None


def _nsenter(words: list[str], place: Place) -> Placed | None:
    if basename(words[0]) != "nsenter":
        return None
    net: str | None = None
    pid: str | None = None
    all_spaces = False
    at = 1
    while at < len(words) and words[at].startswith("-") and words[at] != "--":
        word = words[at]
        head, equals, value = word.partition("=")
        if head in ("-t", "--target"):
            pid = value if equals else (words[at + 1] if at + 1 < len(words) else None)
            at += 0 if equals else 1
        elif head == "--net" and equals:
            net = value
        elif word.startswith("-t") and word[2:].isdigit():
            pid = word[2:]
        elif word in ("-n", "--net", "-a", "--all") or (not word.startswith("--") and "n" in word[1:]):
            all_spaces = True
        elif word.startswith("-n") and "/" in word:
            net = word[2:]
        elif word in _VALUED["nsenter"]:
            at += 1
        at += 1
    at += 1 if at < len(words) and words[at] == "--" else 0
    if net is not None:
        parts = net.split("/")
        named = Place(place.node, "pid", parts[2]) if parts[1:2] == ["proc"] else Place(place.node, "netns", parts[-1])
        return Placed(named, words[at:])
    if pid is None:
        return None
    inside = Place(place.node, "pid", pid) if all_spaces and pid != "1" else place
    return Placed(inside, words[at:])


def _container(words: list[str], place: Place) -> Placed | None:
    """``docker exec X …`` and its kin; the first word after the options names the container."""
    tool = basename(words[0])
    if tool in ("docker", "podman", "nerdctl", "crictl", "lxc", "incus", "docker-compose"):
        at = _skip_options(words, 1, "docker" if tool != "crictl" else "crictl")
        if tool == "docker" and words[at : at + 1] == ["container"]:
            at += 1
        if words[at : at + 1] != ["exec"]:
            return None
        at = _skip_options(words, at + 1, "docker" if tool not in _VALUED else tool)
        if at >= len(words):
            return None
        rest = words[at + 1 :]
        return Placed(place._replace(kind="container", name=words[at]), rest[1:] if rest[:1] == ["--"] else rest)
    if tool == "lxc-attach":
        name = _option(words, "-n", "--name")
        if name is None:
            return None
        rest = words[words.index("--") + 1 :] if "--" in words else []
        return Placed(place._replace(kind="container", name=name), rest)
    return None


def _kubectl(words: list[str], place: Place) -> Placed | None:
    if basename(words[0]) not in ("kubectl", "oc", "k", "microk8s.kubectl"):
        return None
    if "debug" in words and (node := next((word[5:] for word in words if word.startswith("node/")), None)):
        inside = words[words.index("--") + 1 :] if "--" in words else []
        return Placed(Place(node), inside[2:] if inside[:1] == ["chroot"] else inside)
    if "exec" not in words:
        return None
    space, at, pods = "default", words.index("exec"), []
    space = _option(words[: words.index("--")] if "--" in words else words, "-n", "--namespace") or space
    index = at + 1
    while index < len(words) and words[index] != "--":
        word = words[index]
        if word in ("-n", "--namespace") or word in _VALUED["kubectl"]:
            index += 2
            continue
        if not word.startswith("-"):
            pods.append(word)
            if len(pods) == 1 and "--" not in words:
                index += 1
                break
        index += 1
    if not pods:
        return None
    rest = words[words.index("--") + 1 :] if "--" in words else words[index:]
    pod = pods[0].removeprefix("pod/").removeprefix("pods/")
    return Placed(place._replace(kind="pod", name=f"{space}/{pod}"), rest)


def _proc_pid(words: list[str], place: Place) -> Placed | None:
    """``cat /proc/PID/net/route`` shows the namespace of that process (proc(5))."""
    matches = [_PROC_PID.match(word) for word in words]
    pids = {match[1] for match in matches if match is not None}
    if len(pids) != 1:
        return None
    plain = [f"/proc/{match[2]}" if match is not None else word for match, word in zip(matches, words, strict=True)]
    (pid,) = pids
    return Placed(place if pid in ("1", "self") else place._replace(kind="pid", name=pid), plain)


def _ssh(words: list[str], place: Place) -> Placed | None:
    if basename(words[0]) != "ssh":
        return None
    at = _skip_options(words, 1, "ssh")
    if at >= len(words):
        return None
    host = words[at].removeprefix("ssh://").rpartition("@")[2]
    del place  # the other host starts afresh, whatever the place the command line was typed at
    return Placed(Place(host), words[_skip_options(words, at + 1, "ssh") :])


_WRAPPERS: Final[tuple[Callable[[list[str], Place], Placed | None], ...]] = (
    _plain,
    _ip_netns,
    _nsenter,
    _container,
    _kubectl,
    _proc_pid,
    _ssh,
)


def unwrap(words: Sequence[str], place: Place | None = None) -> Placed:
    """Take the wrappers off a command line.

    Args:
        words: the words of the command line.
        place: where the shell that it was typed into is.
    """
    placed = Placed(place or Place(), list(words))
    progress = True
    while progress and placed.words:
        progress = False
        for wrapper in _WRAPPERS:
            inner = wrapper(placed.words, placed.place)
            if inner is not None and inner != placed:
                placed, progress = inner, True
                break
    if placed.words and basename(placed.words[0]) in SHELLS and len(placed.words) == 1:
        return Placed(placed.place, [])
    return Placed(placed.place, [basename(placed.words[0]), *placed.words[1:]] if placed.words else [])
