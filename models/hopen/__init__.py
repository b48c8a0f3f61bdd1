"""HOP’EN: the prerequisites as data, and where each establishment stands on the way to them."""
