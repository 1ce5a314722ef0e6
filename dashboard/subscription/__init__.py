"""What the pages' frame says of a subscription, whose customers pay until they leave."""

from __future__ import annotations

from dashboard.subscription import brief, fitness, ideal, staying, trust, worth

__all__ = ["brief", "fitness", "ideal", "staying", "trust", "worth"]
