"""One file for each group of commands; `add` describes it to argparse, `run` does it and returns the exit status."""
