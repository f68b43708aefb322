"""Finds the right past candidates again the moment a role is posted, and says why."""
