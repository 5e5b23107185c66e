-- Times are microseconds since 1970, UTC. Ids of rows in a view are INTEGER, all others TEXT.

CREATE TABLE documents (
    id              TEXT PRIMARY KEY,
    project_id      TEXT NOT NULL,
    file_name       TEXT NOT NULL,
    resource_type   TEXT NOT NULL,
    conversation_id TEXT,
    tags            TEXT NOT NULL,     -- a JSON list
    metadata        TEXT NOT NULL,     -- a JSON object
    version         INTEGER NOT NULL,
    chars           INTEGER NOT NULL,
    chunk_count     INTEGER NOT NULL,
    digest          BLOB NOT NULL,     -- of the text; equal texts have equal digests
    created_us      INTEGER NOT NULL,
    updated_us      INTEGER NOT NULL,
    event_us        INTEGER,
    expires_us      INTEGER,
    UNIQUE (project_id, file_name)
) STRICT;
CREATE INDEX documents_by_age ON documents (project_id, created_us);
CREATE INDEX documents_by_expiry ON documents (project_id, expires_us)
    WHERE expires_us IS NOT NULL;
CREATE INDEX documents_by_digest ON documents (project_id, digest);

CREATE TABLE versions (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    version     INTEGER NOT NULL,
    content     TEXT NOT NULL,
    created_us  INTEGER NOT NULL,
    PRIMARY KEY (document_id, version)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: an id is never given twice, so a view can not take a new passage for an old one.
CREATE TABLE passages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    start       INTEGER NOT NULL,      -- offset of the first character in the text
    title       TEXT NOT NULL,         -- the file name, found by words as the text is
    text        TEXT NOT NULL,
    digest      BLOB NOT NULL
) STRICT;
CREATE INDEX passages_of_document ON passages (document_id);
CREATE INDEX passages_by_digest ON passages (digest);

CREATE TABLE vectors (
    passage_id INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
    model      TEXT NOT NULL,
    vector     BLOB NOT NULL,          -- float16, little endian, unit length
    PRIMARY KEY (passage_id, model)
) STRICT, WITHOUT ROWID;

-- What changed, in order: how a view in memory follows writes of this and of other processes.
CREATE TABLE changes (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id INTEGER NOT NULL,
    removed    INTEGER NOT NULL
) STRICT;

CREATE VIRTUAL TABLE passage_words USING fts5 (
    title, text,
    content = 'passages', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN
    INSERT INTO passage_words (rowid, title, text) VALUES (new.id, new.title, new.text);
    INSERT INTO changes (passage_id, removed) VALUES (new.id, 0);
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN
    INSERT INTO passage_words (passage_words, rowid, title, text)
        VALUES ('delete', old.id, old.title, old.text);
    INSERT INTO changes (passage_id, removed) VALUES (old.id, 1);
END;

-- What was done under a key that a client may send again.
CREATE TABLE idempotency (
    project_id  TEXT NOT NULL,
    key         TEXT NOT NULL,
    digest      BLOB NOT NULL,         -- of the request, to tell a repeat from another request
    document_id TEXT NOT NULL,
    version     INTEGER NOT NULL,
    created_us  INTEGER NOT NULL,
    PRIMARY KEY (project_id, key)
) STRICT, WITHOUT ROWID;
