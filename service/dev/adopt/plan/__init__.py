"""Plans each model's resource: its path, what it shows, takes and hides, and who may read its rows."""
