"""Reanimator: a GraphQL server that keeps the medical record of hardware."""

__version__ = "0.1.0"
