"""Forms of dates and times where Django writes them, above all in the administration."""
