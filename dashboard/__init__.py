"""The screen: pages, what they remember, and how numbers become sentences and figures."""
