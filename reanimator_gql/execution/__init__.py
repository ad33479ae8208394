"""The graph's execution: how fields are answered for a whole level at once. Knows no noun of any domain."""
