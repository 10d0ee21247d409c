"""Measurements of a running installation in a data folder of its own, which is removed afterwards."""
