"""Texts that hold no state: manuals, licences, source code, settings. No node comes of them, and no finding."""

import gzip
import random
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from podpath.readers.registry import programs
from podpath.snapshot.load import load_text
from podpath.snapshot.store import Store
from tests.seeds import fresh_seed

FOLDERS: Final = (
    ("/usr/share/man", "man[1-8]/*.gz"), ("/usr/share/common-licenses", "*"), ("/usr/share/doc", "*/*"),
    ("/usr/include", "**/*.h"), ("/usr/lib/python3", "**/*.py"), (str(Path(pytest.__file__).parent), "**/*.py"),
)  # fmt: skip
COUNT: Final = 1000
KNOWN: Final = frozenset(("/usr/share/doc/systemd/NEWS.gz",))
"""Texts that are misread: settings which a person shall write into /etc/sysctl.d are taken for what `sysctl` printed."""
CHAT: Final = """\
anna: is the shop slow for you too? I get 504 from it
ben: yes. ping to the database host is fine though
anna: which node is it on, worker-2?
ben: no idea, I only know 10.0.0.5 from the docs
anna: ok. try ip route and iptables -L, and post what it says
ben: later, I am on the train :)
"""


def texts(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield names and texts, each time others; manuals as a person sees them."""
    found = [path for folder, pattern in FOLDERS for path in sorted(Path(folder).glob(pattern)) if path.is_file()]
    for path in chance.sample(found, min(COUNT, len(found))):
        # Manuals of programs that podpath reads show outputs of them; so do that of the engine of iptables, and veth(4).
        names = {path.name.split(".")[0].split("-")[0], path.parent.name}
        if names & {*programs(), "nftables", "veth", "xtables"} or path.stat().st_size > 1 << 20 or str(path) in KNOWN:
            continue
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode(errors="replace")
        if "/man/" in str(path):
            text = (
                subprocess.run(["man", "-P", "cat", "-l", str(path)], capture_output=True, text=True, check=False).stdout or text
            )
        yield str(path), text


def read(found: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, int]]]:
    """Return the outputs that are seen in texts, by file."""
    seen: dict[str, list[tuple[str, int]]] = {}
    with Store() as store:
        for file, text in found:
            load_text(store, file, "text", None, text.splitlines())
        store.flush()
        for file, command, first in store.raw("SELECT file, command, first FROM source"):
            # Manuals show what such a command prints (core(5), README.Debian of libcap): that is its output, and is read.
            if not command.startswith(("cat /proc/", "ping ", "sysctl ")):
                seen.setdefault(file, []).append((command, first))
    return seen


def test_a_chat_holds_no_state() -> None:
    """Although it names programs, a node and an address."""
    assert read([("chat.txt", CHAT)]) == {}


def test_a_sentence_that_ends_with_a_setting_says_nothing() -> None:
    """Manuals name the file, and list its values below it (bpf(2))."""
    text = "       written to the file\n       /proc/sys/net/core/bpf_jit_enable:\n\n       0      Disable it (default).\n"
    assert read([("manual", text), ("same", text.replace("       ", ""))]) == {}


def test_a_command_that_nobody_ran_says_nothing() -> None:
    """A manual names it, and no output follows: that is no empty table."""
    assert read([("manual.txt", "Look at the rules:\n\n    iptables-save\n\nand at the routes:\n\nip route\n")]) == {}


@pytest.mark.long
@pytest.mark.timeout(600)
def test_texts_without_state_make_no_node() -> None:
    """A thousand, others each time."""
    seed = fresh_seed()
    wrong = read(texts(random.Random(seed)))
    assert not wrong, f"PODPATH_SEED={seed}: {wrong}"
