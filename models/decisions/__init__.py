"""Keep or replace: the knobs, the engine and its verdict."""
