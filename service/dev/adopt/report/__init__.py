"""What the command tells of a run."""
