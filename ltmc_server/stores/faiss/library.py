"""FAISS itself, imported when the first vector comes: a start does not wait for it."""

import threading
from types import ModuleType
from typing import Any, TypeAlias

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
