"""Removing a person everywhere, and proving it by searching."""
