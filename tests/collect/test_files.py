"""SNAPSHOT arguments."""

import os
from pathlib import Path

import pytest

from podpath.collect.files import InputError, TextFile, is_snapshot, lines_of, node_name, text_files
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip

LINES = ["$ ip neigh", "10.0.0.1 dev eth0 FAILED", "节点 10.0.0.1"]


def written(path: Path, data: bytes) -> TextFile:
    """Write a file and return it as the argument that names it."""
    path.write_bytes(data)
    (text,) = text_files(str(path))
    return text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_encoding_that_people_send_is_read(tmp_path: Path, encoding: str, end: str) -> None:
    """UTF-8 and UTF-16, marked or not, with the line ends of either world."""
    text = written(tmp_path / "a.txt", (end.join(LINES) + end).encode(encoding))
    assert list(lines_of(text)) == LINES


def test_what_only_a_terminal_understands_is_taken_out(tmp_path: Path) -> None:
    """Colours, window titles, bells and overstrikes."""
    text = written(tmp_path / "a.txt", b"\x1b]0;title\x07\x1b[01;31m\x1b[Keth0\x1b[m\x1b[K up\x07 x\x08xy\n")
    assert list(lines_of(text)) == ["eth0 up xy"]


def test_bytes_of_another_encoding_do_not_stop_the_reading(tmp_path: Path) -> None:
    """A comment in Latin-1 is damaged, the rest is not."""
    text = written(tmp_path / "a.txt", b"n\xe9ud\n10.0.0.1 dev eth0 FAILED\n")
    assert list(lines_of(text)) == ["n\ufffdud", "10.0.0.1 dev eth0 FAILED"]


@pytest.mark.parametrize("data", [os.urandom(4096) + b"\0" * 200, b"\x7fELF" + b"\0" * 100, b"\x1f\x8b\x08\x00" + b"x" * 50])
def test_binary_data_is_refused(tmp_path: Path, data: bytes) -> None:
    """With the name of the file."""
    text = written(tmp_path / "a.bin", data)
    with pytest.raises(InputError, match=r"a\.bin: binary data"):
        list(lines_of(text))


@pytest.mark.parametrize(
    ("stem", "address"),
    [("192.168.200.204", "192.168.200.204"), ("n1_10.0.0.5", "10.0.0.5"), ("n1-10.0.0.5", "10.0.0.5"), ("n1", None)],
)
def test_a_file_may_be_named_by_an_address(stem: str, address: str | None) -> None:
    """Then it is the underlay address of its node."""
    assert node_name(stem) == (stem, parse_ip(address) if address else None)


def test_only_an_ending_that_says_text_is_taken_off(tmp_path: Path) -> None:
    """Addresses have dots too."""
    names = {written(tmp_path / name, b"x\n").node for name in ("10.0.0.1.txt", "10.0.0.2", "n1.log", "web.prod")}
    assert names == {"10.0.0.1", "10.0.0.2", "n1", "web.prod"}


def test_a_sub_directory_is_a_node(tmp_path: Path) -> None:
    """Its files are the outputs of commands, which their names may tell; hidden files and links are left out."""
    (tmp_path / "n1").mkdir()
    for name in ("n1/ip_route", "n1/.hidden", "n2.txt"):
        (tmp_path / name).write_text("x\n")
    (tmp_path / "link").symlink_to(tmp_path / "n2.txt")
    assert [(text.node, text.command) for text in text_files(str(tmp_path))] == [("n1", "ip route"), ("n2", "")]


def test_files_named_by_addresses_are_nodes_of_their_own(tmp_path: Path) -> None:
    """Also in a sub-directory."""
    (tmp_path / "cluster").mkdir()
    for name in ("10.0.0.1.txt", "10.0.0.2.txt"):
        (tmp_path / "cluster" / name).write_text("x\n")
    assert [text.node for text in text_files(str(tmp_path))] == ["10.0.0.1", "10.0.0.2"]


def test_a_missing_file_is_told() -> None:
    """In the words of the system."""
    with pytest.raises(InputError, match="no-such-file: No such file or directory"):
        text_files("no-such-file")


def test_a_snapshot_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    """Whatever it is called."""
    path = tmp_path / "cluster.txt"
    with Store() as store:
        store.save(path)
    assert is_snapshot(path)
    (tmp_path / "other.txt").write_text("text")
    assert not is_snapshot(tmp_path / "other.txt")


def machines(folder: Path, *names: str) -> dict[str, str]:
    """Write files into a folder, and return the node of each."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x\n", encoding="utf-8")
    return {str((text.path or folder).relative_to(folder)): text.node for text in text_files(str(folder))}


def test_folders_beside_each_other_with_the_same_output_are_machines(tmp_path: Path) -> None:
    """However deep they stand: two machines never get one name."""
    names = ("dump/west/n1/ip_route.txt", "dump/west/n2/ip_route.txt", "dump/west/n2/ip_rule.txt", "dump/readme.txt")
    assert machines(tmp_path, *names) == dict(zip(names, ("n1", "n2", "n2", "dump"), strict=True))


def test_a_folder_below_them_is_no_machine(tmp_path: Path) -> None:
    """That of cilium-bugtool, of which a sysdump has one for each node."""
    names = ("sysdump/bugtool-a/cmd/ip-a.md", "sysdump/bugtool-b/cmd/ip-a.md", "sysdump/k8s-nodes.yaml")
    assert machines(tmp_path, *names) == dict(zip(names, ("bugtool-a", "bugtool-b", "sysdump"), strict=True))


def test_a_folder_in_nodes_is_a_machine(tmp_path: Path) -> None:
    """As ``calicoctl cluster diags`` writes it, also where there is one alone."""
    assert machines(tmp_path, "diags/nodes/n1/ip-route.txt", "diags/cluster/pods.txt") == {
        "diags/cluster/pods.txt": "diags", "diags/nodes/n1/ip-route.txt": "n1",
    }  # fmt: skip


def test_objects_in_several_folders_are_of_one_cluster(tmp_path: Path) -> None:
    """A must-gather has a folder for each namespace, and no node's output in it."""
    names = ("gather/namespaces/a/core/pods.yaml", "gather/namespaces/b/core/pods.yaml")
    assert set(machines(tmp_path, *names).values()) == {"gather"}


def test_the_files_of_a_supportconfig_are_one_machine(tmp_path: Path) -> None:
    """Each has the outputs of one subject."""
    folder = tmp_path / "scc_n1_240516_1000"
    assert set(machines(folder, "basic-environment.txt", "network.txt").values()) == {folder.name}


def test_the_files_of_an_unpacked_sosreport_are_one_machine(tmp_path: Path) -> None:
    """Whatever folder they are in."""
    folder = tmp_path / "sosreport-n1-2026-11-28-abcdef"
    names = (
        "hostname",
        "sos_commands/networking/ip_-d_address",
        "sos_commands/networking/ip_route_show_table_all",
        "proc/net/arp",
    )
    assert set(machines(folder, *names).values()) == {folder.name}
