"""What can go wrong, each as a sentence to a colleague.

Every error is built by a named constructor where it is raised, and says what was seen, where, and
what to do next. A page shows the sentence; `python -m models` prints it, with what to type, and
exits with status 2.
"""

from __future__ import annotations


class TenureError(Exception):
    """Anything Tenure refuses to do, as one sentence that a manager can act on.

    Parameters
    ----------
    sentence
        What was seen, where, and what to do next, wherever it is read.
    command
        What to type for it on the command line, as a sentence of its own; no page shows it.
    """

    def __init__(self, sentence: str = "", command: str = "") -> None:
        super().__init__(sentence)
        self.command = command


class FileError(TenureError):
    """A file that cannot be read as a table."""


class ColumnError(TenureError):
    """A column that is missing, or that does not hold what its role needs."""


class DataError(TenureError):
    """Rows that were read but cannot carry the analysis asked for."""


class SettingError(TenureError):
    """A knob that is unknown or outside its range."""


class EvidenceError(TenureError):
    """A question asked beyond what the data has seen, such as a curve past its last observation."""
