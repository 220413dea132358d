"""Where a thing is, in words, and how a command is run there."""

import shlex


def in_words(label: str, node: str) -> str:
    """Return where something is, to stand behind it: ``on n1``, ``in pod shop/web on n1``.

    Args:
        label: the namespace as ``kind:name``, empty for the host's own.
        node: name of the node.
    """
    kind, _, name = label.partition(":")
    return f"in {kind} {name} on {node}" if label else f"on {node}"


def prefix(label: str) -> str:
    """Return what a command is preceded by to run in a namespace, with a blank behind it; its name is quoted.

    Args:
        label: the namespace as ``kind:name``, empty for the host's own.
    """
    kind, _, name = label.partition(":")
    match kind:
        case "netns":
            return f"ip netns exec {shlex.quote(name)} "
        case "pid":
            return f"nsenter -t {shlex.quote(name)} -n "
        case "container":
            return f"docker exec {shlex.quote(name)} "
        case "pod" if "/" in name:  # else it is known by its address alone
            namespace, _, pod = name.partition("/")
            return f"kubectl exec -n {shlex.quote(namespace)} {shlex.quote(pod)} -- "
        case _:
            return ""


def run_in(label: str, command: str) -> str:
    """Return commands as they must be typed to run in a namespace: each of them has the prefix.

    Args:
        label: the namespace as ``kind:name``, empty for the host's own.
        command: one command, or several with ``; `` between.
    """
    before = prefix(label)
    return "; ".join(f"{before}{one}" for one in command.split("; ")) if before else command
