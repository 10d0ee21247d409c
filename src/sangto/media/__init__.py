"""Media.

Owns: Fingerprints of pictures, audio and video; text in pictures; transcripts.
Stands on: lib.
Never: import Django.
Start reading at: __init__.py (no engine yet)
"""
