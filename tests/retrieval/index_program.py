"""Stores and asks for ever, with an index that is put in order and written all the while.

python -m tests.retrieval.index_program FOLDER      prints each number that is acknowledged
"""

import asyncio
import sys
from pathlib import Path

from ltmc_server.stores.faiss import keeping
from tests.retrieval.filled_record import STORED, process


async def main(folder: Path) -> None:
    # As often as the vectors are put in order.
    keeping.WRITTEN_AFTER = 0  # type: ignore[misc]
    async with process(folder) as here:
        for number in range(len(STORED)):
            await here.store([number])
            print(number, flush=True)
            await here.near(number)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
