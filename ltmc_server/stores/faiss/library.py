"""FAISS itself, imported when the first vector comes: a start does not wait for it."""

import sys
import threading
from contextlib import suppress
from types import ModuleType
from typing import Any, Final, TypeAlias

Index: TypeAlias = Any
"""An index of FAISS: which methods it has depends on its kind, and its version."""

_thread = threading.local()


def library() -> ModuleType:
    """Import FAISS, and have the calling thread do its work alone."""
    import faiss

    if not getattr(_thread, "is_alone", False):
        # OpenMP's threads cost a search of a few thousand vectors a hundred times what they save,
        # and each thread of ours would begin with as many as there are processors.
        faiss.omp_set_num_threads(1)
        _thread.is_alone = True
    return faiss


LARGE_PAGE: Final = 1 << 21
"""Of the processors that we know of."""

COLLAPSE: Final = 25
"""Linux 6.1's advice to put what is there into large pages, now."""


def in_large_pages(flat: Index) -> None:
    """Have the system keep vectors that are added to no more in large pages, where it can.

    A scan after a pause finds nothing of them in the processor, and looking up where each small
    page is took a third of its time.
    """
    if sys.platform != "linux" or flat.codes.size() < LARGE_PAGE:
        return
    # FAISS has imported it; a start has not.
    import ctypes

    begins = int(flat.codes.data())
    ends = (begins + flat.codes.size()) // LARGE_PAGE * LARGE_PAGE
    begins = -(-begins // LARGE_PAGE) * LARGE_PAGE
    if begins < ends:
        # Only advice: where it is not taken, or not known, all stays as it is.
        with suppress(AttributeError, OSError):
            advise = ctypes.CDLL(None).madvise
            advise(ctypes.c_void_p(begins), ctypes.c_size_t(ends - begins), COLLAPSE)
