"""Reading stored results: searched, filtered, sorted and paged by DuckDB, never in Python.

Which rows match a lens is found once and kept as a bit for each row; a page then opens only the
files that its rows are in. Memory is bounded: nothing here grows with a result but those bits.

    Reader(job.execution, Lens.parse(options, filters)).rows(offset, limit)
    Reader.merged([Cell(execution, account_name, account_id, region), ...], lens)

The result of an execution that reads on from others is the rows of all of them, in order.
"""

from awsdash.jobs.reading.lens import OPERATORS, Filter, Lens
from awsdash.jobs.reading.reader import NUMBER, Reader
from awsdash.jobs.reading.result import Cell

__all__ = ["NUMBER", "OPERATORS", "Cell", "Filter", "Lens", "Reader"]
