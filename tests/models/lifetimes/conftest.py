"""CDNOW from raw, the archived peer as an oracle, and people simulated one by one."""

import importlib.util
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from models.counts import collapse

CALIBRATION_END = pd.Timestamp("1997-09-30")
HOLDOUT_END = pd.Timestamp("1998-06-30")


class Cdnow(NamedTuple):
    counts: object
    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    spend_days: np.ndarray
    mean_spend: np.ndarray
    holdout_days: int


@pytest.fixture(scope="session")
def cdnow():
    """The 1/10 sample, cut at 1997-09-30, one purchase per customer and day."""
    spec = importlib.util.find_spec("lifetimes")
    if spec is None:
        pytest.skip("the lifetimes wheel, which carries CDNOW, is not installed")
    path = Path(spec.origin).parent / "datasets" / "CDNOW_sample.txt"
    log = pd.read_csv(path, sep=r"\s+", header=None, names=["_", "who", "date", "cds", "usd"])
    log["date"] = pd.to_datetime(log["date"].astype(str))
    days = log.groupby(["who", "date"], as_index=False)["usd"].sum()
    seen = days[days["date"] <= CALIBRATION_END].sort_values(["who", "date"])
    by = seen.groupby("who")["date"]
    first, last, x = by.min(), by.max(), by.size() - 1
    repeat = seen[(seen["date"] > seen["who"].map(first)) & (seen["usd"] > 0)].groupby("who")["usd"]
    gaps = by.diff().dropna().dt.days / 7
    t_x, T = (last - first).dt.days / 7, (CALIBRATION_END - first).dt.days / 7
    counts, _ = collapse(x, t_x, T, log_gaps=float(np.log(gaps).sum()))
    later = days[(days["date"] > CALIBRATION_END) & (days["date"] <= HOLDOUT_END)]
    return Cdnow(
        counts,
        x.to_numpy(),
        t_x.to_numpy(),
        T.to_numpy(),
        repeat.size().reindex(x.index, fill_value=0).to_numpy(),
        repeat.mean().reindex(x.index).to_numpy(),
        int(later["who"].isin(x.index).sum()),
    )


@pytest.fixture(scope="session")
def peer():
    """The archived library, loud at import."""
    pytest.importorskip("lifetimes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes
    return lifetimes
