"""Catalogue.

Owns: Document, DocumentVector, IndexBuild: the Django half of search.
Stands on: delivery, network, matching and below.
Never: hold what cannot be rebuilt, except vectors.
Start reading at: search.py
"""
