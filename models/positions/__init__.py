"""Positions: job descriptions of those who keep watch (RSSI, DPO), ways to fill them, and nominations."""
