"""Import networks of other programs into the project's own tables.

Each format is read into one neutral network (`network`), in which nothing is repaired. The network
is then brought down to what the tables can hold (`collapse`), looked through for oddities
(`inspect`), given breakers and places (`heads`, `places`), and written whole or not at all
(`write`). Whatever is odd, assumed or left out goes into one list with file and line.
"""
