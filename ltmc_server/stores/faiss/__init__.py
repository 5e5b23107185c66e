"""Vectors in memory: scanned while they are few, walked through a net when they are many."""

from ltmc_server.stores.faiss.index import FaissVectors

__all__ = ["FaissVectors"]
