"""What each seat has seen: belief and reports with their delays, as plain values."""
