"""Invented instances for measuring, of several sizes and the same for the same seed (MODEL.md section 8)."""
