"""What it costs: speed, memory and size, as ratios measured in one run."""
