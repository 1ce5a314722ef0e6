"""Where product and care lose customers, against what comparable customers do."""
