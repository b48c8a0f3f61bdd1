"""Reminders: what each account is to do by a day, told in one mail, on one page and in her diary."""
