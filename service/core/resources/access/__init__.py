"""What one caller may read and write, by the conditions of all mappings."""
