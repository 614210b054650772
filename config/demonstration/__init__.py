"""The demonstration: Har Ghar Dastak as of 11 November 2021, simulated from published facts and a fixed seed.

facts → plan (who gives how many in which month) → units, irregularities → history (which day) → journals.
See docs/demonstration.md for what is exact and what is made up.
"""
