"""Make `models`, `dashboard` and `tests` importable however pytest is started."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


@pytest.fixture(autouse=True, scope="session")
def _decisions_of_their_own(tmp_path_factory):
    """Keep what tests decide out of the data folder of whoever runs them."""
    place = tmp_path_factory.mktemp("journal") / "decisions.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENURE_DATABASE", f"sqlite:///{place}")
        yield
