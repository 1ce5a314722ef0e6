"""The real server, started with the README's command, and a Chromium that notes what it fetches."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlparse

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "tests" / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
START = 60  # seconds a server may take to answer
ANSWER = 90_000  # milliseconds the first analysis may take on a busy machine

if CHROMIUM is None:
    pytest.skip("Chromium is not installed", allow_module_level=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Start the app as the README says, on a free port, and return its address."""
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/server.py"]
    options = [f"--server.port={port}", "--server.headless=true"]
    environment = {name: value for name, value in os.environ.items() if name != "TENURE_FILE"}
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    address = f"http://localhost:{port}"
    try:
        wait_for(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def wait_for(address, process, log):
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"No answer within {START} s: {log.read_text()}")


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """A browser window on the app that notes every host it is sent to."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.hosts = set()
        page.on("request", self._note)
        page.on("websocket", lambda socket: self.hosts.add(urlparse(socket.url).netloc))

    def _note(self, request):
        parts = urlparse(request.url)
        if parts.scheme in {"http", "https"}:
            self.hosts.add(parts.netloc)

    @property
    def other_hosts(self):
        return self.hosts - {urlparse(self.address).netloc}

    def open(self, path="/"):
        url = path if path.startswith("http") else self.address + path
        self.page.goto(url)
        self.page.locator("h1").first.wait_for(timeout=ANSWER)
        self.settle()
        return self

    def turn(self, scheme):
        """Turn the window light or dark, as the operating system's switch does."""
        self.page.emulate_media(color_scheme=scheme)
        return self.open(self.page.url)

    def settle(self):
        """Wait until nothing runs and nothing on the page is stale."""
        page = self.page
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(
            timeout=ANSWER
        )
        page.wait_for_function("() => !document.querySelector('[data-stale=true]')", timeout=ANSWER)
        page.wait_for_timeout(300)
        return self

    def go(self, title):
        self.page.get_by_role("link", name=title, exact=True).first.click()
        self.page.wait_for_timeout(500)
        return self.settle()

    def press(self, label, then):
        """Press a button and wait for what it leads to."""
        self.page.get_by_role("button", name=label).click()
        self.page.get_by_text(then).first.wait_for(timeout=ANSWER)
        return self.settle()

    @property
    def verdict(self):
        return self.page.locator("h1").first.inner_text().replace("\N{NO-BREAK SPACE}", " ")

    @property
    def strip(self):
        return self.page.get_by_test_id("stMarkdown").first.inner_text()

    def picture(self, name):
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")


@pytest.fixture
def visit(chromium, server):
    """Return a function that opens a fresh window: width, height and light or dark."""
    contexts = []

    def open_window(width=1366, height=768, scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        return Visitor(context.new_page(), server)

    yield open_window
    for context in contexts:
        context.close()
