"""Reliability indices of an outage list: any utility's own table, without a run or a grid.

`reading` makes arrays of the table, `interruptions` makes of its rows what customers went through,
`ieee1366` and `dlt836` are the two families of indices, `major_days` the 2.5 β method, and
`assessment` puts them together for one period.
"""
