"""A host whose containers belong to an ordinary user: podman with slirp4netns, a process for each container's network."""

import shlex
from typing import Any, Final

from podpath.lab.networks.draft import Draft
from podpath.lab.networks.podman_engine import CONFIG
from podpath.lab.topology import Docker

_IMAGE: Final = "lab"
_USER: Final = "4000"
_HOME: Final = "/var/lib/podpath-lab"
_RUN: Final = f"/run/user/{_USER}"
_PLACE: Final = "containers/containers.conf.d/lab.conf"
PODMAN: Final = (
    "setpriv", "--reuid", _USER, "--regid", _USER, "--clear-groups",
    "env", f"HOME={_HOME}", f"XDG_RUNTIME_DIR={_RUN}", f"CONTAINERS_CONF=/etc/{_PLACE}", "podman", "--storage-driver", "vfs",
)  # fmt: skip
_SETUP: Final = (
    f"set -e; echo 'podpath-lab:x:{_USER}:{_USER}::{_HOME}:/bin/sh' >>/etc/passwd; echo 'podpath-lab:x:{_USER}:' >>/etc/group; "
    f"mkdir -p {_HOME} {_RUN} /run/image/bin /run/image/etc /run/tun; chown {_USER}:{_USER} {_HOME} {_RUN}; "
    # Everybody may open the device on usual hosts, and not in every sandbox.
    "mount -t tmpfs none /run/tun; mknod -m 666 /run/tun/tun c 10 200; mount --bind /run/tun/tun /dev/net/tun; "
    "cp $(command -v busybox) /run/image/bin/; ln -s busybox /run/image/bin/sleep; "
    f"tar -C /run/image --owner=0 --group=0 -c . | (cd {_HOME} && {shlex.join(PODMAN)} import - {_IMAGE})"
)
NEEDS_ROOT: Final = "this topology makes a user of its own, which needs root"
TOOLS: Final = ("podman", "conmon", "runc", "slirp4netns", "busybox", "tar", "setpriv")


def write(draft: Draft, docker: Docker) -> None:
    """Write the commands for podman; each container has a network of its own, as slirp4netns gives it."""
    draft.plan.files[_PLACE] = CONFIG
    draft.plan.settings["net/ipv4/ping_group_range"] = "0 2147483647"  # as systemd sets it
    commands = [["sh", "-c", _SETUP]]
    published = {port.pod: port for port in docker.published}
    for network in docker.networks:
        for pod in network.pods:
            words = ["--network", f"slirp4netns:cidr={network.network}"]
            if pod.name in published:
                words += ["--publish", f"{published[pod.name].port}:{published[pod.name].target}"]
            line = shlex.join([*PODMAN, "run", "--detach", "--name", pod.name, *words, _IMAGE, "sleep", "1000000"])
            commands.append(["sh", "-c", f"cd {_HOME} && {line}"])
            draft.pod(pod.name).join = [*PODMAN, "inspect", "--format", "{{.State.Pid}}", pod.name]
    made: list[dict[str, Any]] = [{"argv": words, "env": {}, "text": ""} for words in commands]
    draft.plan.commands += made
    draft.plan.facts["engine"] = "podman-rootless"
