"""The minutes on paper and in cells."""
