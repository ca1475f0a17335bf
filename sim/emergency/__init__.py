"""Warning colours, response levels, the written plan."""
