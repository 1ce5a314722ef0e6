"""Customer models: how often people buy, when they leave, what they spend.

Open models are fitted on `models.counts.Counts`, contract models on `Renewals`; every fit returns a
finished, frozen model.
"""

from models.lifetimes.base import Fit, FitReport, HazardWeights, Lifetimes
from models.lifetimes.bgnbd import BetaGeometric, fit_bgnbd, fit_mbgnbd
from models.lifetimes.choice import FAMILY, bayes_criterion, choose, fit_all
from models.lifetimes.cnbd import fit_cnbd
from models.lifetimes.contract import (
    BetaDiscreteWeibull,
    Renewals,
    fit_bdw,
    fit_contract,
    fit_sbg,
)
from models.lifetimes.gammagamma import GammaGamma
from models.lifetimes.nbd import NBD, fit_nbd
from models.lifetimes.paretonbd import ParetoNBD, fit_paretonbd
from models.lifetimes.spend import ShrunkenMeans, Spend, fit_mean_spend, fit_spend

__all__ = [
    "FAMILY",
    "NBD",
    "BetaDiscreteWeibull",
    "BetaGeometric",
    "Fit",
    "FitReport",
    "GammaGamma",
    "HazardWeights",
    "Lifetimes",
    "ParetoNBD",
    "Renewals",
    "ShrunkenMeans",
    "Spend",
    "bayes_criterion",
    "choose",
    "fit_all",
    "fit_bdw",
    "fit_bgnbd",
    "fit_cnbd",
    "fit_contract",
    "fit_mbgnbd",
    "fit_mean_spend",
    "fit_nbd",
    "fit_paretonbd",
    "fit_sbg",
    "fit_spend",
]
