"""However large a result is, reading it takes the memory of a few blocks."""

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Final

import pytest

from services.athena.tests.running import succeed
from services.aws import Aws

BLOCK_BYTES: Final = 1_000_000
LARGE: Final = """SELECT a.x * 1000 + b.y AS n, rpad('', 200, 'x') AS t
FROM UNNEST(sequence(0, 299)) AS a(x) CROSS JOIN UNNEST(sequence(0, 999)) AS b(y)"""
# In a process of its own: the emulated AWS is in this one, and holds all of the file.
READER: Final = """
import json, sys
from psutil import Process
from services.athena.marks import Mark
from services.athena.results import pages
from services.aws import Aws, Keys

told = json.load(sys.stdin)
aws = Aws(told["account_id"], told["region"], Keys(**told["keys"]))
for query_id in told["query_ids"]:
    rows = most_bytes = 0
    blocks = {"has_names": True, "block_bytes": told["block"]}
    for page in pages(Mark(query_id), 10**7, aws, **blocks):
        rows += len(page.rows)
        most_bytes = max(most_bytes, Process().memory_info().rss)
    print(json.dumps([rows, most_bytes]))
"""


@pytest.mark.usefixtures("skip_query_time")
def test_300000_rows_take_the_memory_of_a_few_blocks(data_prod: Aws) -> None:
    small, large = (succeed(data_prod, sql) for sql in (f"{LARGE} LIMIT 20000", LARGE))
    told = {**asdict(data_prod), "query_ids": [small, large], "block": BLOCK_BYTES}
    read = subprocess.run(
        [sys.executable, "-c", READER],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    (few, usual_bytes), (many, most_bytes) = map(json.loads, read.stdout.splitlines())
    assert (few, many) == (20_000, 300_000)
    assert most_bytes - usual_bytes < 8 * BLOCK_BYTES
