"""Backups: everything of one installation in one folder, checked, and back again on either database."""
