"""What one caller may read and write, worked out from the conditions of all mappings."""
