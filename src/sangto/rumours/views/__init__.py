"""Pages of the rumours room."""
