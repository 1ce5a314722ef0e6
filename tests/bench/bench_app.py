"""How long the app keeps people waiting. Prints one table, never asserts.

`make bench` runs it. Times are of the server's own work, as Streamlit's test harness runs a page:
what a browser adds (transport, drawing) is not in them.
"""

from __future__ import annotations

import logging
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

MOVES = 60
PATIENCE = 300

COLD = """
import time
began = time.perf_counter()
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("dashboard/app.py", default_timeout=300).run()
shown = time.perf_counter() - began
assert not app.exception, app.exception
print(shown, app.title[0].value, sep="\\t")
"""


def cold_start() -> tuple[float, str]:
    """Return the seconds from a fresh Python to the demo company's verdict, and that."""
    result = subprocess.run(
        [sys.executable, "-c", COLD], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, verdict = result.stdout.strip().splitlines()[-1].split("\t")
    return float(seconds), verdict


def slider_moves(page: str | None) -> tuple[str, list[float]]:
    """Return what was moved on a page, and the seconds each move took the server."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=PATIENCE).run()
    if page:
        app.switch_page(page).run()
    control = (list(app.slider) or list(app.number_input))[0]
    low, high = float(control.min or 0), float(control.max or 100)
    seconds = []
    for move in range(MOVES):
        share = 0.25 + 0.5 * (move + 1) / MOVES
        value = round(low + share * (high - low))
        began = time.perf_counter()
        control = control.set_value(type(control.value)(value))
        app.run()
        seconds.append(time.perf_counter() - began)
        control = (list(app.slider) or list(app.number_input))[0]
    return control.label.split(":")[0].strip(), seconds


def decisions() -> tuple[list[float], int]:
    """Return the seconds of a decision alone, without any page, and the number of customers."""
    from models import Scenario, analyse, read_transactions

    folder = ROOT / "data" / "online_retail_II"
    analysis = analyse(read_transactions(folder / "online_retail_II.parquet"))
    seconds = []
    for move in range(MOVES):
        scenario = Scenario(margin=0.3 + move / 200, acquisition_cost=60)
        began = time.perf_counter()
        analysis.decide(scenario)
        seconds.append(time.perf_counter() - began)
    return seconds, len(analysis.customers)


def show(label: str, seconds: list[float]) -> None:
    """Print the median and the 95th percentile in milliseconds."""
    middle = 1000 * statistics.median(seconds)
    late = 1000 * statistics.quantiles(seconds, n=20)[-1]
    print(f"{label:<58}{middle:>9.0f}{late:>9.0f}")


def main() -> None:
    """Print one table."""
    logging.disable(logging.WARNING)  # the harness has no browser, and says so at every run
    seconds, verdict = cold_start()
    print(f"{'demo company':<58}{'p50 ms':>9}{'p95 ms':>9}")
    print(f"{'cold start to the verdict (one run)':<58}{1000 * seconds:>9.0f}")
    print(f'  "{verdict[:100]}"')
    each, customers = decisions()
    show(f"a decision alone, {customers:,} customers", each)
    pages = [None, *sorted((ROOT / "dashboard" / "app_pages").glob("*.py"))]
    for page in pages:
        where = "the page it opens on" if page is None else page.stem
        try:
            label, moves = slider_moves(None if page is None else str(page))
        except (IndexError, ValueError):
            continue  # nothing to move there
        show(f"{where}: {label}"[:57], moves)


if __name__ == "__main__":
    main()
