"""A made fleet that tells stories, filled through the real ingestion."""
