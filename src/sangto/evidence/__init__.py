"""Evidence.

Owns: Source (and later Capture, Custody, Hold): where evidence is.
Stands on: catalogue and below.
Never: change after sealing.
Start reading at: services.py
"""
