"""The collectors of Rancher run the words of a command together."""

import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from podpath.collect.bundle_names import COMMANDS
from podpath.collect.bundles import unpacked
from podpath.readers.registry import readers

MEMBERS = {
    "n1-2026-11-28_10_00_00/networking/iproute": b"default via 192.0.2.1 dev eth0\n",
    "n1-2026-11-28_10_00_00/networking/iptablessave": b"*filter\nCOMMIT\n",
    "n1-2026-11-28_10_00_00/systeminfo/sysctla": b"net.ipv4.ip_forward = 1\n",
    "n1-2026-11-28_10_00_00/systeminfo/dfh": b"Filesystem\n",
}


@pytest.mark.parametrize("command", sorted(set(COMMANDS.values())))
def test_each_command_has_a_reader(command: str) -> None:
    """One that takes it as it is."""
    assert [reader.name for reader in readers() if reader.accepts(command.split()) is not None]


def test_a_collectors_archive_is_one_node(tmp_path: Path) -> None:
    """Its folders are not nodes, and its files are known by their names."""
    packed, folder = BytesIO(), tmp_path / "folder"
    folder.mkdir()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in MEMBERS.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    path = tmp_path / "n1.tar.gz"
    path.write_bytes(packed.getvalue())
    found = {(one.node, one.command) for one in unpacked(path, folder)}
    assert found == {("n1-2026-11-28_10_00_00", command) for command in ("ip route show", "iptables-save", "sysctl -a")}
