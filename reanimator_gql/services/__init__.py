"""One use case a function, one transaction each. No SQL text, no HTTP."""
