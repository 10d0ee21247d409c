"""The parts of `benchmarks/matching_quality.py`: data sets, our engine as the others are, figures, the table."""
