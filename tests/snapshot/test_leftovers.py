"""What is there only as long as something is being done."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from podpath.snapshot import leftovers


def test_a_folder_goes_with_all_that_is_in_it() -> None:
    """Links in it are removed, and not followed."""
    with leftovers.folder() as made:
        (made / "inner").mkdir()
        (made / "inner" / "a").write_text("x")
        (made / "link").symlink_to("/")
    assert not made.exists()


def test_a_process_that_ends_in_order_leaves_nothing(tmp_path: Path) -> None:
    """Nor does one that podpath's handler of signals ends."""
    code = "from podpath.snapshot.leftovers import temporary; p = temporary(); p.mkdir(); print(p, flush=True)"
    for more, code_wanted in (("", 0), ("; import os, time; os.kill(os.getpid(), 15); time.sleep(9)", 128 + signal.SIGTERM)):
        setup = "import signal; from podpath.__main__ import _at_once; signal.signal(15, _at_once); " if more else ""
        words = [sys.executable, "-c", setup + code + more]
        done = subprocess.run(words, env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.startswith(str(tmp_path))) == (code_wanted, True), done
        assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_goes_with_the_next(tmp_path: Path) -> None:
    """What a living one has locked, what is new, and what is not podpath's stays."""
    code = "from podpath.snapshot.leftovers import *; p = make(temporary()); print(p, flush=True); input()"
    words, environment = [sys.executable, "-c", code], {**os.environ, "TMPDIR": str(tmp_path)}
    started = [
        subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    try:
        killed, fresh, living = (Path((one.stdout or sys.stdin).readline().strip()) for one in started)
        for one in started[:2]:
            one.kill()
            one.wait()
        foreign = tmp_path / "podpath-notes"
        foreign.mkdir()
        for path in (killed, living, foreign):
            os.utime(path, (0, 0))
        leftovers.sweep(tmp_path, leftovers._FOLDERS)
        assert set(tmp_path.iterdir()) == {fresh, living, foreign}
    finally:
        for one in started:
            one.communicate("")
    assert not living.exists()
