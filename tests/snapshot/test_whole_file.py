"""Files that are there whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from podpath.snapshot.whole_file import written


def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    """Until then the old one stands there; its owner alone may read it."""
    path = tmp_path / "report.json"
    path.write_text("old")
    with written(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
    assert [item.name for item in tmp_path.iterdir()] == ["report.json"]


def test_a_mode_may_be_asked_for(tmp_path: Path) -> None:
    """Whatever the umask says."""
    with written(tmp_path / "a", 0o644) as file:
        file.write(b"x")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """And nothing beside it."""
    path = tmp_path / "a"
    path.write_text("old")
    with pytest.raises(TypeError), written(path) as file:
        file.write(b"new" + None)  # type: ignore[operator]
    assert (path.read_text(), [item.name for item in tmp_path.iterdir()]) == ("old", ["a"])


def test_many_write_one_file_at_once(tmp_path: Path) -> None:
    """In the end it is whole, and of one of them."""
    path = tmp_path / "a"

    def write(number: int) -> None:
        with written(path) as file:
            file.write(bytes([number]) * 100_000)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    content = path.read_bytes()
    assert (len(content), len(set(content))) == (100_000, 1)
    assert [item.name for item in tmp_path.iterdir()] == ["a"]


def test_a_link_leads_to_the_file_and_stays(tmp_path: Path) -> None:
    """As it does for every program that opens a file."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder" / "a")
    with written(tmp_path / "link") as file:
        file.write(b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "a").read_bytes() == b"x"


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    """A pipe, here: to rename over it would take it away."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with written(pipe) as file:
            file.write(b"x")
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    "code",
    [
        "with written(p) as f: f.write(b'x'); f.flush(); print(flush=True); input()",
        "s = Store(beside(p)); s.connection.execute('CREATE TABLE t (a INT)'); print(flush=True); input()",
    ],
)
def test_what_a_killed_writer_left_goes_with_the_next_one(tmp_path: Path, code: str) -> None:
    """As long as it lives nobody takes its file, however old."""
    path = tmp_path / "a"
    setup = f"from podpath.snapshot.whole_file import *; from podpath.snapshot.store import Store; p = Path({str(path)!r})\n"
    words = [sys.executable, "-c", setup + code]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        left = {item.name for item in tmp_path.iterdir()}
        assert left
        for living in (True, False):
            for item in tmp_path.iterdir():
                os.utime(item, (0, 0))
            with written(path) as file:
                file.write(b"y")
            assert {item.name for item in tmp_path.iterdir()} == ({"a"} | left if living else {"a"})
            writer.send_signal(signal.SIGKILL)
            writer.wait()
