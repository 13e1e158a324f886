"""What an exhibit computes without a run."""
