"""The plan: when newcomers must arrive, what it costs, and how it pays for itself."""

from models.plan.company import plan_of, plannable
from models.plan.noun import COLUMNS, LEVELS, Financing, Plan, Sum
from models.plan.outlook import Outlook, outlook_of
from models.plan.summary import make_plan

__all__ = [
    "COLUMNS",
    "LEVELS",
    "Financing",
    "Outlook",
    "Plan",
    "Sum",
    "make_plan",
    "outlook_of",
    "plan_of",
    "plannable",
]
