"""Segments with their usual names, and how customers move between them from period to period."""

from models.segments.movement import Segments
from models.segments.shop import by_recency, by_revenue, shop_segments

__all__ = ["Segments", "by_recency", "by_revenue", "shop_segments"]
