"""HOP’EN: where each establishment stands on the prerequisites, what is late and why, and what proves it."""
