"""Customer models: how often people buy, when they leave, what they spend.

Fit on `models.counts.Counts`; every fit returns a finished, frozen model.
"""

from models.lifetimes.base import Fit, FitReport, HazardWeights, Lifetimes
from models.lifetimes.nbd import NBD, fit_nbd
from models.lifetimes.paretonbd import ParetoNBD, fit_paretonbd
from models.lifetimes.spend import GammaGamma, ShrunkenMeans, Spend, fit_mean_spend, fit_spend

__all__ = [
    "NBD",
    "Fit",
    "FitReport",
    "GammaGamma",
    "HazardWeights",
    "Lifetimes",
    "ParetoNBD",
    "ShrunkenMeans",
    "Spend",
    "fit_mean_spend",
    "fit_nbd",
    "fit_paretonbd",
    "fit_spend",
]
