"""The register of processing activities: the activity, its parts, its processors, its catalogue, its checks."""
