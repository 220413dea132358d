"""Archives as SNAPSHOT: what is read of them, and what is not."""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from podpath.collect import bundles
from podpath.collect.bundles import unpacked
from podpath.collect.files import InputError, TextFile, is_archive, lines_of, text_files

ROUTE = b"default via 192.0.2.1 dev eth0\n"
MEMBERS = {
    "sosreport-n1/sos_commands/networking/ip_route_show_table_all": ROUTE,
    "sosreport-n1/proc/net/arp": b"IP address       HW type     Flags       HW address            Mask     Device\n",
    "sosreport-n1/var/log/messages.log": b"Nov 28 12:00:00 n1 kernel: nothing\n",
    "sosreport-n1/sos_commands/block/lsblk": b"NAME\n",
}
WANTED = {
    ("sosreport-n1", "ip route show table all", "sosreport-n1/sos_commands/networking/ip_route_show_table_all"),
    ("sosreport-n1", "cat /proc/net/arp", "sosreport-n1/proc/net/arp"),
}


def compress_zstd(data: bytes) -> bytes:
    """Pack by the library that Python has, or by the one that stands in for it."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return bytes(import_module(name).compress(data))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes, "tar.gz": gzip.compress, "tar.xz": lzma.compress, "tar.bz2": bz2.compress, "tar.zst": compress_zstd,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to unpack into."""
    made = tmp_path / "folder"
    made.mkdir()
    return made


def tar(members: dict[str, bytes], *links: tuple[str, str]) -> bytes:
    """Return an archive of files and symbolic links."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        for name, target in links:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return made.getvalue()


def told(path: Path, files: list[TextFile]) -> set[tuple[str, str, str]]:
    """Return node, command and name inside the archive of each text."""
    return {(one.node, one.command, one.name.removeprefix(f"{path}:")) for one in files}


@pytest.mark.parametrize("ending", PACKERS)
def test_members_are_known_by_their_names(tmp_path: Path, folder: Path, ending: str) -> None:
    """A command's output by the command, a copied file by its path; logs and unknown programs are passed over."""
    path = tmp_path / f"report.{ending}"
    path.write_bytes(PACKERS[ending](tar(MEMBERS)))
    files = unpacked(path, folder)
    assert told(path, files) == WANTED
    assert [line for one in files if one.command.startswith("ip ") for line in lines_of(one)] == [ROUTE.decode().strip()]


def test_a_zip_of_several_nodes_has_each(tmp_path: Path, folder: Path) -> None:
    """A folder of folders is a folder of nodes."""
    path = tmp_path / "nodes.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("all/n1/ip_route.txt", ROUTE)
        archive.writestr("all/n2/ip_route.txt", ROUTE)
    files = unpacked(path, folder)
    assert {(node, command) for node, command, _ in told(path, files)} == {("n1", "ip route"), ("n2", "ip route")}


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_packed_text_is_that_text(tmp_path: Path, folder: Path, pack: Callable[[bytes], bytes]) -> None:
    """`n1.txt.gz`."""
    path = tmp_path / "n1.txt.gz"
    path.write_bytes(pack(b"# ip route\n" + ROUTE))
    files = unpacked(path, folder)
    assert [(one.node, list(lines_of(one))[1]) for one in files] == [("n1", ROUTE.decode().strip())]


def test_a_packed_snapshot_is_unpacked(tmp_path: Path, folder: Path) -> None:
    """As people send them."""
    path = tmp_path / "n1.podpath.xz"
    path.write_bytes(lzma.compress(b"whatever it holds"))
    assert [one.path for one in unpacked(path, folder)] == [folder / "n1.podpath"]


def test_nothing_leaves_the_folder_and_no_link_is_followed(tmp_path: Path, folder: Path) -> None:
    """Names with .., absolute names, links out of the folder."""
    path = tmp_path / "evil.tar"
    names = ("../ip_route", "/srv/ip_route", "n1/../../ip_route", "n1/ip_rule")
    path.write_bytes(tar(dict.fromkeys(names, ROUTE), ("n1/ip_route", "/etc/passwd"), ("n1/proc", "/proc")))
    assert [one.command for one in unpacked(path, folder)] == ["ip rule"]
    assert {each.name for each in tmp_path.iterdir()} == {"evil.tar", "folder"}


@pytest.mark.parametrize("ending", PACKERS)
def test_a_damaged_archive_is_an_error(tmp_path: Path, folder: Path, ending: str) -> None:
    """Cut off in the middle, it is told, and not read in part."""
    path = tmp_path / f"cut.{ending}"
    whole = PACKERS[ending](tar({f"n1/ip_route_{number}": ROUTE * 2000 + bytes(str(number), "ascii") for number in range(9)}))
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(InputError, match="cannot be read"):
        unpacked(path, folder)


def test_a_bomb_is_an_error(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is bounded, and so is what is unpacked to be passed over."""
    path = tmp_path / "bomb.tar.gz"
    path.write_bytes(gzip.compress(tar({"n1/ip_route": bytes(1 << 22), "n1/core": bytes(1 << 22)})))
    monkeypatch.setattr(bundles, "_MOST_KEPT", 1 << 20)
    with pytest.raises(InputError, match="files to read"):
        unpacked(path, folder)
    monkeypatch.setattr(bundles, "_MOST_KEPT", 1 << 30)
    monkeypatch.setattr(bundles, "_MOST_UNPACKED", 1 << 20)
    with pytest.raises(InputError, match="unpacked"):
        unpacked(path, folder)


def missing(name: str) -> None:
    """Find no module."""
    raise ImportError(name)


def test_what_cannot_be_unpacked_is_told(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What zstd packed where no library unpacks it, and an archive that holds nothing to read."""
    path = tmp_path / "a.tar.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(100))
    assert is_archive(path)
    monkeypatch.setattr(bundles, "import_module", missing)
    with pytest.raises(InputError, match="zstd -d"):
        unpacked(path, folder)
    empty = tmp_path / "b.tar"
    empty.write_bytes(tar({"n1/core": b"1"}))
    with pytest.raises(InputError, match="no member"):
        unpacked(empty, folder)


def test_a_text_and_a_folder_are_none(tmp_path: Path) -> None:
    """They are read as they always were."""
    text = tmp_path / "n1.txt"
    text.write_bytes(b"# ip route\n" + ROUTE)
    assert not is_archive(text)
    assert [one.node for one in text_files(str(tmp_path))] == ["n1"]
