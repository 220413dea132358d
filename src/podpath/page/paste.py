"""``podpath serve --paste``: a page that takes a text, and shows the report of it.

The text stays in the memory of the server, until another one replaces it or the server ends; it is sent nowhere.
"""

import threading
from collections.abc import Callable
from typing import Final

from podpath.language import tr
from podpath.page.live import BusyError, PageState
from podpath.page.report import HEAD, LIVE_POLICY, NO_ICON, POLICY, file_of_page, hash_of, style_of_pages
from podpath.picture.markup import escape
from podpath.snapshot.store import Store
from podpath.walk.endpoints import EndpointError

COMMANDS: Final = (
    "hostname; ip -d address; ip route show table all; ip rule; ip neigh; bridge fdb; bridge -d link; sysctl -a; "
    "iptables-save -c; ss -lntu"
)
"""What a person types on each node; docs/paste.md shows the same."""
_PAGE: Final = (
    HEAD
    + """
#text {{ width: 100%; font-family: var(--mono); font-size: .87em; }}
.answer {{ white-space: pre-wrap; }}
</style>
</head>
<body>
<header>
<h1>Paste what the nodes print</h1>
<p class="muted">A ticket, a chat, a terminal's scroll-back. The text goes to podpath on this machine only; it is not saved.</p>
</header>
<main>
<section>
<form id="paste">
<p><label for="text">Put a line with its name before each machine's part: <code>### node n1</code>. This shows most:</label></p>
<pre class="answer">{commands}</pre>
<textarea id="text" rows="16" spellcheck="false" autocomplete="off" required></textarea>
<div class="filters">
<button type="submit">check</button>
<label>or add files, one for each machine<input id="files" type="file" multiple></label>
<p id="told" role="status"></p>
</div>
</form>
</section>
</main>
<footer>Made by podpath. It is served from this machine.</footer>
<script>{script}</script>
</body>
</html>
"""
)


def form() -> str:
    """Return the page that takes a text."""
    script = file_of_page("paste.js")
    return _PAGE.format(
        policy=POLICY.format(hash_of(script)) + LIVE_POLICY,
        icon=NO_ICON,
        lang="en",
        title=tr("podpath: paste what the nodes print"),
        style=style_of_pages(),
        commands=escape(COMMANDS),
        script=script,
    )


class PasteState(PageState):
    """The text that was pasted last, and what is shown of it.

    Args:
        read: returns a store that holds what a text says; EndpointError where nothing can be read from it.
    """

    takes = True

    def __init__(self, read: Callable[[str], Store]) -> None:
        super().__init__(self._look, 0.0)
        self._read = read
        self._text = ""
        self._reading = threading.Lock()

    def _look(self) -> Store:
        if not self._text:
            raise EndpointError(tr("nothing was pasted yet"))
        return self._read(self._text)

    def page(self) -> str:
        """Return the report of the text, or the page that takes one."""
        return super().page() if self._text else form()

    def form(self) -> str:
        """Return the page that takes a text."""
        return form()

    def take(self, text: str) -> str:
        """Read a text in the place of the one before.

        Raises:
            EndpointError: nothing could be read from it; the one before stays.
            BusyError: another text is being read.
        """
        if not self._reading.acquire(blocking=False):
            raise BusyError(tr("another text is being read: try again when that is done"))
        before, self._text = self._text, text
        try:
            self.refresh()
        except BaseException:
            self._text = before
            raise
        finally:
            self._reading.release()
        return "{}"
