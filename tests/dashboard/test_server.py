"""The ways to start the app, and what the first paint may wait for."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard import server

ROOT = Path(__file__).resolve().parents[2]


def test_every_answer_carries_the_headers():
    sent = []

    async def inner(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def keep(message):
        sent.append(message)

    answer = server.SecurityHeaders(inner)({"type": "http"}, None, keep)
    with ThreadPoolExecutor(1) as aside:  # browser tests may leave a running loop in this thread
        aside.submit(asyncio.run, answer).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert headers == server.HEADERS
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize("source", ["default-src", "script-src", "connect-src"])
def test_the_policy_names_no_other_host(source):
    rule = next(rule for rule in server.POLICY.split("; ") if rule.startswith(source))
    assert rule == f"{source} 'self'"


def test_the_first_paint_does_not_wait_for_the_models():
    program = (
        "import sys\n"
        "from dashboard import shell\n"
        "heavy = ('lifelines', 'scipy', 'duckdb', 'pandas')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(("set_by", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_matrices_take_one_thread_unless_somebody_says_otherwise(set_by, threads):
    program = (
        "import os, sys\n"
        "import streamlit.web.cli, streamlit.web.bootstrap\n"
        "from dashboard import server\n"
        "print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])\n"
    )
    plain = {name: word for name, word in os.environ.items() if not name.endswith("_NUM_THREADS")}
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env=plain | set_by, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout.split() == ["False", threads]
