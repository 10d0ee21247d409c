"""The difference guard in parts: one reads a text, one for each sort of detail, one compares.

Start reading at `compare.py`. `sangto.matching.differences` is the door.
"""
