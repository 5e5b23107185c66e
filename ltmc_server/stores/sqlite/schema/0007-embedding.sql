-- Passages that were stored before their vectors were made.
CREATE TABLE unembedded (
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    claimed_us INTEGER NOT NULL        -- when a process last began to embed it; 0: none has
) STRICT;

-- What the record knows of itself, by name.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO facts SELECT 'embedding_model', model FROM vectors ORDER BY passage_id DESC LIMIT 1;
