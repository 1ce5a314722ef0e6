"""What the pages' frame says of a shop, whose customers come back or stay silent."""

from __future__ import annotations

from dashboard.shop import brief, fitness, ideal, staying, trust, worth

__all__ = ["brief", "fitness", "ideal", "staying", "trust", "worth"]
