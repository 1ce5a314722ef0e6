"""Who is still a customer and how much they will buy: the family of lifetime models."""
