"""What all tests share: how they run, and which of them this machine allows."""

import functools
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.browser import Opened, chromium, why_no_browser
from tests.netlink.space import Space
from tests.seeds import DECIDES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What tests expect is English, whatever the language of the machine is.
for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(variable, None)
os.environ["LANG"] = "C.UTF-8"
# Machines that run tests are busy ones: a slow example is no failure (pytest-timeout ends a test that hangs).
hypothesis.settings.register_profile("podpath", deadline=None, derandomize=DECIDES)
hypothesis.settings.load_profile("podpath")


@functools.cache
def why_no_namespaces() -> str | None:
    """Say why tests cannot make network namespaces here, or None if they can."""
    if os.geteuid() != 0:
        return "needs root, to make network namespaces"
    missing = [command for command in ("unshare", "ip") if shutil.which(command) is None]
    if missing:
        return f"needs {' and '.join(missing)}, to make network namespaces"
    # The namespace is left again at once; a container without CAP_SYS_ADMIN is refused here.
    attempt = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True, check=False, timeout=10)
    if attempt.returncode != 0:
        return f"needs network namespaces, which this machine refuses: {attempt.stderr.strip()}"
    return None


@functools.cache
def why_no_labs() -> str | None:
    """Say why tests cannot build labs here, or None if they can: root is not needed, user namespaces will do."""
    if os.geteuid() == 0:
        return why_no_namespaces()
    missing = [command for command in ("unshare", "ip") if shutil.which(command) is None]
    if missing:
        return f"needs {' and '.join(missing)}, to build labs"
    words = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc", "true"]
    attempt = subprocess.run(words, capture_output=True, text=True, check=False, timeout=10)
    return f"needs user namespaces, which this machine refuses: {attempt.stderr.strip()}" if attempt.returncode else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave all but the first examples of a test marked ``few`` to the long tests."""
    seen: Counter[str] = Counter()
    for item in items:
        few = item.get_closest_marker("few")
        if few is not None:
            test = item.nodeid.partition("[")[0]
            seen[test] += 1
            if seen[test] > few.args[0]:
                item.add_marker(pytest.mark.long)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests marked ``root`` or ``lab`` where the namespaces that they need cannot be made."""
    if item.get_closest_marker("lab") is not None and (reason := why_no_labs()) is not None:
        pytest.skip(reason)
    if item.get_closest_marker("root") is not None and (reason := why_no_namespaces()) is not None:
        pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests have recorded as the property ``table``: a head, and a row below it."""
    told = [
        str(value) for reports in terminalreporter.stats.values() for report in reports
        for name, value in getattr(report, "user_properties", ()) if name == "table"
    ]  # fmt: skip
    lines = list(dict.fromkeys(line for table in sorted(told) for line in table.splitlines()))
    if lines:
        terminalreporter.section("real packets")
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture
def space() -> Iterator[Space]:
    """Return an empty network namespace."""
    if (reason := why_no_namespaces()) is not None:
        pytest.skip(reason)
    with Space() as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Return a browser; as long as it is there, its event loop runs in this thread, and nobody else's can."""
    if (reason := why_no_browser()) is not None:
        pytest.skip(reason)
    with chromium() as started:
        yield started


@pytest.fixture
def show(browser: "Browser", tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Return a function that opens a document in the browser, given its text, its kind (svg, html) and the reader's taste."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})

    def opened(text: str, kind: str = "svg", *, dark: bool = False) -> Opened:
        path = tmp_path / f"shown.{kind}"
        path.write_text(text, encoding="utf-8")
        page = context.new_page()
        page.emulate_media(color_scheme="dark" if dark else "light")
        return Opened(page, path)

    yield opened
    context.close()
