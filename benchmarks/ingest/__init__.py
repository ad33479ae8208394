"""What taking in a log bundle costs: statements, rows, bytes and time, by how much is behind it, and room on disk."""
