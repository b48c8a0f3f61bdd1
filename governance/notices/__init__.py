"""The information of patients: notices made from the register, their tools, whether patients get them, objections."""
