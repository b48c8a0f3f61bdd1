"""The benchmarks: what Vigie takes against the least that the same work takes, as ratios measured in one run."""
