"""Catalogue.

Owns: Document, DocumentVector, IndexBuild: the Django half of search; Label and Tuning: how sure it must be.
Stands on: delivery, network, matching and below.
Never: hold what cannot be rebuilt, except vectors, labels and tunings.
Start reading at: search.py
"""
