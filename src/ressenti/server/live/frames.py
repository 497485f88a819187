"""Frames: what is sent down an open stream, in the format of server-sent events."""

from __future__ import annotations

import json

HEARTBEAT = b": still here\n\n"
RETRY = b"retry: 2000\n\n"


def figure_frame(element: str, markup: str) -> bytes:
    r"""Return the frame that replaces one element of the page.

    Examples
    --------
    >>> figure_frame("figure-3", "<b>31</b>")
    b'event: figure\ndata: {"id":"figure-3","html":"<b>31</b>"}\n\n'
    """
    told = {"id": element, "html": markup}
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"event: figure\ndata: {data}\n\n".encode()
