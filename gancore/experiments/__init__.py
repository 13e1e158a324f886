"""Presets with their claims, trials of many seeds, and the tables that are measured from them."""
