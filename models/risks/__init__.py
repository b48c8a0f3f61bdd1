"""The risk analyses: their scale, the elements they look at, and the scenarios with what is decided about them."""
