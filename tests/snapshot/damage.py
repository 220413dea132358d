"""Damage a snapshot again and again, and give it to podpath: ``python -m tests.snapshot.damage WHOLE SEED FIRST END``.

Each case is a line on standard output: its number, the exit code, and whether what was said is one sentence. DuckDB may take the
process along; whoever started it sees at which case, and goes on behind it.
"""

import io
import lzma
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random

from podpath.cli.main import main

_PATIENCE = 60
"""Seconds after which a case counts as a hang: the kernel ends the process, whatever DuckDB does."""
_HEAD = 12
"""Bytes that make a file a database of DuckDB; without them it is no snapshot but a text."""


def damaged(content: bytes, draw: Random) -> bytes:
    """Return a file with bits that fell over, or an end that is cut off, or both."""
    bits = bytearray(content[: draw.randrange(_HEAD, len(content))] if draw.random() < 0.3 else content)
    for _ in range(draw.choice((0 if len(bits) < len(content) else 1, 1, 8, 64))):
        if len(bits) > _HEAD:
            bits[draw.randrange(_HEAD, len(bits))] ^= 1 << draw.randrange(8)
    return bytes(bits)


def _one(folder: Path, content: bytes, draw: Random) -> str:
    file = folder / "damaged.podpath"
    # xz finds what fell over by itself: mostly its database, as large snapshots are, is what is damaged.
    file.write_bytes(damaged(lzma.decompress(content) if draw.random() < 0.9 else content, draw))
    (folder / "copy.podpath").unlink(missing_ok=True)
    # To copy a snapshot reads all of it.
    words = ["check", str(file)] if draw.random() < 0.02 else ["collect", str(file), "-o", str(folder / "copy.podpath")]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
        signal.alarm(_PATIENCE)
        code = main(words)
        signal.alarm(0)
    told = said.getvalue()
    fine = "Traceback" not in told and (code != 2 or (told.startswith("podpath: ") and len(told.splitlines()) == 1))
    left = sorted(item.name for item in folder.iterdir())
    fine = fine and left == sorted(["damaged.podpath", *(["copy.podpath"] if (folder / "copy.podpath").exists() else [])])
    return f"{code} {'fine' if fine else repr((told, left))}"


def _all() -> None:
    whole, seed, first, end = sys.argv[1:]
    content, folder = Path(whole).read_bytes(), Path(whole).parent / "damaged"
    folder.mkdir(exist_ok=True)
    for number in range(int(first), int(end)):
        print(number, _one(folder, content, Random(f"{seed}-{number}")), flush=True)  # noqa: T201 - it is asked for them


if __name__ == "__main__":
    _all()
