"""Apps for the page tests: the real app, and small files to open in it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


@pytest.fixture
def app():
    """Return a function that starts the app, on an address line if one is given."""

    def start(**parameters):
        test = AppTest.from_file(APP, default_timeout=120)
        for name, value in parameters.items():
            test.query_params[name] = value
        return test.run()

    return start


@pytest.fixture
def sentences():
    """Return a function that lists everything a page says, in its order."""

    def said(test):
        return [element.value for element in (*test.title, *test.header, *test.markdown)] + [
            element.value for element in (*test.error, *test.warning, *test.info, *test.caption)
        ]

    return said
