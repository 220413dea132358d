"""Where a command ran: the wrappers in front of it are removed one by one.

``ssh n1 sudo ip netns exec web ip route`` ran on node ``n1``, in the namespace
``web``; what is left is ``ip route``.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from podpath.readers.wrapper_options import VALUED
from podpath.state.pattern import lazy

SHELLS: Final = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "busybox"})


class Place(NamedTuple):
    """A namespace of a node, as far as the command line tells.

    Attributes:
        node: host named by ``ssh``; empty means the node that the transcript is at.
        kind: host, netns, pid, container, pod, or nobody (somewhere that the command line does not tell).
        name: name of the namespace in that kind; empty for the host's own.
    """

    node: str = ""
    kind: str = "host"
    name: str = ""


NOBODY: Final = "nobody"


class Placed(NamedTuple):
    """A command line with its wrappers taken off.

    Attributes:
        place: where it ran.
        words: what ran there; empty means an interactive shell.
    """

    place: Place
    words: list[str]


_PROC_PID: Final = lazy(r"^/proc/(\d+|self)/(net/.+)$")
_PLAIN: Final = frozenset(
    {"sudo", "doas", "time", "env", "nice", "nohup", "command", "exec", "stdbuf", "watch", "ionice", "setsid", "unbuffer",
     "strace", "pkexec", "runuser", "sshpass", "then", "do"}
)  # fmt: skip
_KUBECTL: Final = frozenset(("kubectl", "oc", "k", "microk8s.kubectl", "kubecolor"))
_KUBECTL_OF: Final = frozenset(("k3s", "microk8s", "rke2", "k0s", "minikube", "sudo"))
_DOCKER: Final = frozenset(("docker", "podman", "nerdctl"))
_REMOTE: Final = frozenset(("ansible", "parallel", "salt", "pdsh", "clush", "parallel-ssh", "pssh", "dsh", "fabric", "mussh"))
"""Programs that run a command on several hosts: each host's part is told by the lines themselves, or not at all."""
WRAPPERS: Final = (
    _PLAIN
    | SHELLS
    | {"timeout", "ip", "bridge", "tc", "ss", "nsenter", "docker", "podman", "nerdctl", "crictl", "lxc", "incus", "lxc-attach"}
    | {"docker-compose", "podman-compose", "ssh", "chroot", "su", "ctr", "vagrant", "multipass", "machinectl", "pct", "limactl"}
    | {"colima", "docker-machine", "gcloud", "rke2", "k0s"}
    | _REMOTE
    | _KUBECTL
    | _KUBECTL_OF
)
"""Programs that run another one somewhere else."""


def basename(word: str) -> str:
    """Return the program's name without its directory."""
    return word.rpartition("/")[2]


def _skip_options(words: Sequence[str], start: int, tool: str) -> int:
    """Return the index of the first word that is neither an option of the tool nor an option's value."""
    valued = VALUED.get(tool, frozenset())
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
    elif tool == "ip" and words[1:3] == ["vrf", "exec"]:
        at = 4
    elif tool == "chroot":
        at = _skip_options(words, 1, tool) + 1
    elif tool == "su":
        return _su(words, place)
    elif tool in _PLAIN or (tool == "busybox" and len(words) > 1):
        at = _skip_options(words, 1, tool)
    elif "=" in words[0] and words[0].partition("=")[0].isidentifier():
        if words[0].startswith("DOCKER_HOST=") and basename(words[1]) in _DOCKER:
            return Placed(place, [words[1], "-H", words[0].partition("=")[2], *words[2:]])
        at = 1
    else:
        return None
    if tool == "sudo" and at == len(words) and at > 1:
        return Placed(place, ["sh"])  # sudo -i, sudo -s
    return Placed(place, words[at:]) if at < len(words) else None


def _su(words: list[str], place: Place) -> Placed:
    """``su``, ``su - root``, ``su -c COMMAND``."""
    inner = _option(words, "-c", "--command")
    return Placed(place, ["sh", "-c", inner] if inner is not None else ["sh"])


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
        elif word in VALUED["nsenter"]:
            at += 1
        at += 1
    at += 1 if at < len(words) and words[at] == "--" else 0
    if net is not None:
        parts = net.split("/")
        named = Place(place.node, "pid", parts[2]) if parts[1:2] == ["proc"] else Place(place.node, "netns", parts[-1])
        return Placed(named, words[at:])
    if pid is None:
        return None
    return Placed(_of_process(pid, place) if all_spaces and pid != "1" else place, words[at:])


def _of_process(pid: str, place: Place) -> Place:
    """Return the namespace of a process, given by its number or by a command that prints it."""
    if pid.startswith("container="):  # $(docker inspect -f '{{.State.Pid}}' web)
        return Place(place.node, "container", pid.partition("=")[2])
    return Place(place.node, "pid", pid) if pid.isdigit() else Place(place.node, NOBODY)


def _container(words: list[str], place: Place) -> Placed | None:
    """``docker exec X …`` and the like; the first word after the options names the container."""
    tool = basename(words[0])
    if tool in ("docker-compose", "podman-compose"):
        return _compose(words, 1, place)
    if tool in _DOCKER | {"crictl", "lxc", "incus"}:
        return _engine(words, tool, place)
    if tool == "lxc-attach":
        name, at = _option(words, "-n", "--name"), _skip_options(words, 1, tool)
        name = name or next((word[2:] for word in words if word.startswith("-n") and len(word) > 2), None)  # noqa: PLR2004
        return (
            _entered(place, name, words[at:])
            if name
            else _entered(place, words[at] if at < len(words) else None, words[at + 1 :])
        )
    if tool == "machinectl" and "shell" in words:
        at = _skip_options(words, words.index("shell") + 1, tool)
        return _entered(place, words[at].rpartition("@")[2] if at < len(words) else None, words[at + 1 :])
    if tool == "pct" and words[1:2] in (["exec"], ["enter"]) and len(words) > 2:  # noqa: PLR2004
        return _entered(place, words[2], words[3:])
    if tool == "ctr":
        return _ctr(words, place)
    return None


def _entered(place: Place, name: str | None, rest: list[str]) -> Placed | None:
    """Return what runs in a container; nothing to run is a shell."""
    if name is None:
        return None
    return Placed(place._replace(kind="container", name=name), rest[1:] if rest[:1] == ["--"] else rest)


_CONTEXTS: Final = frozenset({"default", "desktop-linux", "rootless", "colima", "orbstack"})
"""Docker's own contexts for the machine that the command is typed on."""


def _asked(words: Sequence[str], place: Place) -> Place:
    """Return the machine whose engine is asked: another one by ``-H ssh://HOST`` or ``--context``."""
    far = _option(list(words), "-H", "--host") or ""
    context = _option(list(words), "-c", "--context") or ""
    if far.startswith(("ssh://", "tcp://")):
        return Place(far.partition("://")[2].rpartition("@")[2].partition("/")[0].partition(":")[0])
    return Place(context) if context and context not in _CONTEXTS else place


def _engine(words: list[str], tool: str, place: Place) -> Placed | None:
    at = _skip_options(words, 1, tool if tool in VALUED else "docker")
    place = _asked(words[:at], place) if tool in _DOCKER else place
    if words[at : at + 1] == ["compose"]:
        return _compose(words, at + 1, place)
    if words[at : at + 1] == ["container"]:
        at += 1
    if words[at : at + 1] == ["run"] and tool in _DOCKER:
        return _run(words, at + 1, place)
    if words[at : at + 1] == ["unshare"] and tool == "podman":
        return Placed(place._replace(kind="netns", name="podman unshare"), words[_skip_options(words, at + 1, "unshare") :])
    if words[at : at + 1] == ["shell"] and tool in ("lxc", "incus"):
        return _entered(place, words[at + 1] if at + 1 < len(words) else None, [])
    if words[at : at + 1] != ["exec"]:
        return None
    start, at = at + 1, _skip_options(words, at + 1, tool if tool in VALUED else "docker")
    if tool == "podman" and {"-l", "--latest"} & {option for word in words[start:at] for option in _letters(word)}:
        return _entered(place, "the latest container", words[at:])
    return _entered(place, words[at], words[at + 1 :]) if at < len(words) else None


def _letters(word: str) -> list[str]:
    """Return the options that one word gives: ``-itl`` is three."""
    return [word] if word.startswith("--") else [f"-{letter}" for letter in word[1:]]


def _compose(words: list[str], at: int, place: Place) -> Placed | None:
    """``docker compose [options] exec|run [options] SERVICE …``."""
    at = _skip_options(words, at, "docker compose")
    if words[at : at + 1] not in (["exec"], ["run"]):
        return None
    at = _skip_options(words, at + 1, "docker compose")
    return _entered(place, words[at], words[at + 1 :]) if at < len(words) else None


def _run(words: list[str], at: int, place: Place) -> Placed | None:
    """``docker run [options] IMAGE COMMAND``: a container of its own, another's network, or the host's."""
    end = _skip_options(words, at, "docker run")
    if end + 1 >= len(words):
        return None
    network = _option(words[at:end], "--network", "--net") or ""
    name = _option(words[at:end], "--name") or f"of image {words[end]}"
    kind, _, other = network.partition(":")
    if network == "host":
        return Placed(place, words[end + 1 :])
    return _entered(place, other if kind == "container" else name, words[end + 1 :])


def _ctr(words: list[str], place: Place) -> Placed | None:
    """``ctr [-n NAMESPACE] task exec --exec-id ID CONTAINER COMMAND``."""
    at = _skip_options(words, 1, "ctr")
    if words[at : at + 1] not in (["task"], ["tasks"], ["t"]) or words[at + 1 : at + 2] != ["exec"]:
        return None
    at = _skip_options(words, at + 2, "ctr")
    return _entered(place, words[at], words[at + 1 :]) if at < len(words) else None


def _machine(words: list[str], place: Place) -> Placed | None:
    """Tools that run a command in a virtual machine: ``minikube ssh``, ``vagrant ssh X -c …``, ``multipass exec X -- …``."""
    del place  # a machine starts afresh
    tool, at = basename(words[0]), _skip_options(words, 1, basename(words[0]))
    verb, rest = words[at : at + 1], words[at + 1 :]
    name: str | None = None
    if tool == "minikube" and verb == ["ssh"]:
        name = _option(words, "-n", "--node") or _option(words, "-p", "--profile") or "minikube"
        rest = rest[_skip_options(rest, 0, tool) :]
    elif tool in ("vagrant", "colima", "docker-machine") and verb == ["ssh"]:
        inner = _option(words, "-c", "--command")
        named = rest[:1] if rest and not rest[0].startswith("-") else []
        name, rest = (named[0] if named else tool), ([inner] if inner else rest[len(named) :])
        rest = rest[1:] if rest[:1] == ["--"] else rest
    elif (tool == "multipass" and verb in (["exec"], ["shell"])) or (tool == "limactl" and verb == ["shell"]):
        skip = _skip_options(rest, 0, tool)
        name, rest = (rest[skip] if skip < len(rest) else tool), rest[skip + 1 :]
        rest = rest[1:] if rest[:1] == ["--"] else rest
    elif tool == "gcloud" and words[1:3] == ["compute", "ssh"] and len(words) > 3:  # noqa: PLR2004
        inner = _option(words, "--command")
        name, rest = words[3].rpartition("@")[2], [inner] if inner else []
    return Placed(Place(name), rest) if name is not None else None


def _kubectl_of(words: list[str], place: Place) -> Placed | None:
    """``k3s kubectl …``, ``minikube kubectl -- …``, ``k3s crictl …``: a distribution's own."""
    if basename(words[0]) in _KUBECTL_OF and words[1:2] in (["crictl"], ["ctr"]):
        return Placed(place, words[1:])
    if basename(words[0]) not in _KUBECTL_OF or len(words) < 3 or "kubectl" not in words[1:4]:  # noqa: PLR2004
        return None
    rest = words[words.index("kubectl") + 1 :]
    return Placed(place, ["kubectl", *(rest[1:] if rest[:1] == ["--"] else rest)])


def _several(words: list[str], place: Place) -> Placed | None:
    """A command that runs on several hosts, or on one whose name is a variable."""
    tool = basename(words[0])
    if tool not in _REMOTE or place.kind == NOBODY:
        return None
    inner = _option(words, "-a", "--args") if tool == "ansible" else None
    rest = words[_skip_options(words, 1, tool) :] if inner is None else [inner]
    if tool == "salt":  # salt TARGET cmd.run 'COMMAND'
        rest = rest[2:] if rest[1:2] == ["cmd.run"] else []
    elif tool == "parallel":  # parallel ssh {} COMMAND ::: n1 n2
        rest = rest[: next((at for at, word in enumerate(rest) if word.startswith(":::")), len(rest))]
        rest = rest[rest.index("{}") + 1 :] if "ssh" in rest and "{}" in rest else []
    return Placed(Place("", NOBODY), rest or words)


def _kubectl(words: list[str], place: Place) -> Placed | None:
    if basename(words[0]) not in _KUBECTL:
        return None
    if "rsh" in words:
        at = _skip_options(words, words.index("rsh") + 1, "oc")
        space = _option(words, "-n", "--namespace") or "default"
        return Placed(place._replace(kind="pod", name=f"{space}/{_pod(words[at])}"), words[at + 1 :]) if at < len(words) else None
    if "run" in words and "--" in words:
        at = _skip_options(words, words.index("run") + 1, "kubectl run")
        space = _option(words[: words.index("--")], "-n", "--namespace") or "default"
        return Placed(place._replace(kind="pod", name=f"{space}/{words[at]}"), words[words.index("--") + 1 :])
    if "debug" in words and (node := next((word[5:] for word in words if word.startswith("node/")), None)):
        inside = words[words.index("--") + 1 :] if "--" in words else []
        return Placed(Place(node), inside[2:] if inside[:1] == ["chroot"] else inside)
    if "node-shell" in words[1:-1]:
        at = _skip_options(words, words.index("node-shell") + 1, "kubectl")
        return Placed(Place(words[at]), words[at + 1 :][words[at + 1 : at + 2] == ["--"] :]) if at < len(words) else None
    verb = next((verb for verb in ("exec", "debug") if verb in words), None)
    if verb is None:
        return None
    space, at, pods = "default", words.index(verb), []
    space = _option(words[: words.index("--")] if "--" in words else words, "-n", "--namespace") or space
    index = at + 1
    while index < len(words) and words[index] != "--":
        word = words[index]
        if word in ("-n", "--namespace") or word in VALUED["kubectl"]:
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
    rest = (
        words[words.index("--") + 1 :] if "--" in words else [word for word in words[index:] if verb == "exec" or word[:1] != "-"]
    )
    return Placed(place._replace(kind="pod", name=f"{space}/{_pod(pods[0])}"), rest)


def _pod(name: str) -> str:
    return name.removeprefix("pod/").removeprefix("pods/")


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
    if "$" in host:
        return Placed(Place("", NOBODY), words[_skip_options(words, at + 1, "ssh") :])
    del place  # the other host starts afresh, whatever the place the command line was typed at
    return Placed(Place(host), words[_skip_options(words, at + 1, "ssh") :])


_WRAPPERS: Final[tuple[Callable[[list[str], Place], Placed | None], ...]] = (
    _plain,
    _ip_netns,
    _nsenter,
    _container,
    _machine,
    _kubectl_of,
    _kubectl,
    _proc_pid,
    _ssh,
    _several,
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
