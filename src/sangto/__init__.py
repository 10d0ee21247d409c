"""Sáng Tỏ: a self-hosted desk that answers rumours with evidence."""

__version__ = "0.1.0"
