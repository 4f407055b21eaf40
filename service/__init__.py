"""The data API behind app-web."""
