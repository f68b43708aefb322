"""The matching engine: ranks people for a role by what their resumes say, and accounts for every score.

Pure: no database, no web, no clock. It is given documents, settings and a day, and keeps its index in files.
"""
