"""Information of patients: notices made from the register, the tools that carry them, and whether patients get them."""
