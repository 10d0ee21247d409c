"""`python -m sangto.matching …`: one file a command, each with `add`, which enters it and its options."""
