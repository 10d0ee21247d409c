"""Publishing.

Owns: Article, its versions and reviews, Verdict, Correction, Notice; feeds and ClaimReview.
Stands on: rumours, evidence, catalogue, delivery and below.
Never: publish what a second person has not reviewed.
Start reading at: services
"""
