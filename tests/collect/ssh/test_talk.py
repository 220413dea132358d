"""One ssh process; a shell stands in for it, which prints and ends as a connection does."""

import asyncio
import io
import time

import pytest

from podpath.collect.ssh.talk import End, Talk, converse

MARK = "0" * 32
BEGIN = f"podpath-{MARK} begin clock=1700000000.5 uid=0 boot=a netns=net:[1]"
END = f"podpath-{MARK} end"


def talk(script: str, *, largest: int = 10_000, silence: float = 5, timeout: float = 10) -> tuple[End, Talk, bytes]:
    """Converse with a shell that runs a script."""
    answer = io.BytesIO()

    async def run() -> tuple[End, Talk]:
        made = Talk(MARK, answer, largest, lambda _: None)
        return await converse(["sh", "-c", script], b"program\n", made, silence, timeout, ask=False), made

    end, made = asyncio.run(run())
    return end, made, answer.getvalue()


@pytest.mark.parametrize(
    ("script", "end", "answer"),
    [
        (f"echo noise; echo {BEGIN}; echo one; echo {END}; echo after", End.WHOLE, b"one\n"),
        (f"printf '{BEGIN}\\none\\n{END[:20]}'; sleep 0.1; echo '{END[20:]}'", End.WHOLE, b"one\n"),
        (f"echo {BEGIN}; echo one; printf tw", End.CLOSED, b"one\ntw"),
        ("echo noise; exit 255", End.CLOSED, b""),
        (f"echo {BEGIN}; yes | head -c 20000; echo {END}", End.TOO_LONG, None),
        ("yes", End.NOISE, b""),
        (f"echo {BEGIN}; cat; echo {END}", End.WHOLE, b"program\n"),
    ],
)
def test_how_it_ends(script: str, end: End, answer: bytes | None) -> None:
    """Whole with the farewell, else by what happened; the answer is what stands between the two."""
    found, _, printed = talk(script)
    assert found is end
    assert printed == answer if answer is not None else len(printed) < 200_000


@pytest.mark.parametrize(("limits", "end"), [((0.3, 10), End.SILENT), ((10, 0.3), End.LATE)])
def test_silence_and_slowness_end_it(limits: tuple[float, float], end: End) -> None:
    """Within the time allowed, and with it all that it started."""
    began = time.monotonic()
    script = f"echo {BEGIN}; sleep 57 & sleep 57"
    found, made, _ = talk(script, silence=limits[0], timeout=limits[1])
    assert found is end
    assert time.monotonic() - began < 3
    assert made.exited.is_set()


def test_pipes_that_stay_open_hold_nothing_up() -> None:
    """As a shared connection does, which ssh leaves behind; only the last of standard error is kept."""
    began = time.monotonic()
    end, made, _ = talk("yes error | head -c 300000 >&2; (sleep 3 >/dev/null) & exit 255")
    assert end is End.CLOSED
    assert time.monotonic() - began < 2.5
    assert len(made.errors) <= 64 * 1024
