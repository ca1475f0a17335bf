"""What makes assets fail: wind, steady rates, given events."""
