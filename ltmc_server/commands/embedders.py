"""What made the vectors of a record, and makes more of them."""

import sqlite3

from ltmc_server.commands.vector_checks import Made
from ltmc_server.embedding.choosing import choose, embedder_of
from ltmc_server.embedding.current import Missing, name_of
from ltmc_server.embedding.interfaces import Embedder
from ltmc_server.settings import Settings
from ltmc_server.stores.sqlite.embedding import current_model


def embedder_of_record(db: sqlite3.Connection, settings: Settings) -> Embedder:
    """Return the embedder of the record's model; of an empty one, that of the settings."""
    chosen, model = choose(settings).embedder, current_model(db)
    if model is None or model == name_of(chosen):
        return chosen
    return embedder_of(model, settings) or Missing(model)


def made_by(embedder: Embedder) -> Made:
    """Return what is known of it without asking it."""
    model = name_of(embedder)
    known = model is not None and not isinstance(embedder, Missing)
    return Made(model or "", embedder.dimension if known else None)
