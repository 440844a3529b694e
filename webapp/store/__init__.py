"""Rows: mapped classes and query functions, one file for each noun."""
