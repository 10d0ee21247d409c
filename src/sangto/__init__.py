"""Sáng Tỏ: a self-hosted desk that answers rumours with evidence."""

import os

# One message is work for one core. Left alone, numpy's threads wait in a loop after each product of matrices: beside
# the encoder that took a second core for nothing. It has to be said before numpy is imported; who sets it is heeded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
