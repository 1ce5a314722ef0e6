"""The app behind security headers, with the slow imports and the first company made ready.

`streamlit run dashboard/server.py` starts it. `dashboard/app.py` alone runs too, without headers.
"""

import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

if (ROOT := str(Path(__file__).resolve().parents[1])) not in sys.path:
    sys.path.insert(0, ROOT)  # `streamlit run` puts only this folder on the path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Our tables are small: threads of the matrix library cost more to start and to wait for than they
# save, and on a busy machine a slider took five times as long. numpy reads it when it is imported,
# which nothing above does.
for library in ("OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# Nothing is fetched from another host, and nothing is sent to one. Charts and tables need inline
# styles; pictures drawn in the browser are data: and blob: addresses.
POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}


class SecurityHeaders:
    """Adds `HEADERS` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _prepare() -> None:
    from dashboard import loading, session

    session.warm()
    loading.everything()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start importing and fitting in a thread, so that the port answers at once."""
    threading.Thread(target=_prepare, daemon=True).start()
    yield


app = st.App(
    Path(__file__).parent / "app.py", lifespan=lifespan, middleware=[Middleware(SecurityHeaders)]
)
