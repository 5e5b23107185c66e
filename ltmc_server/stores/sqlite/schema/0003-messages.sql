CREATE TABLE messages (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order they were logged in
    id              TEXT NOT NULL UNIQUE,
    project_id      TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    role            TEXT NOT NULL,
    content         TEXT NOT NULL,
    agent_name      TEXT,
    source_tool     TEXT,
    metadata        TEXT NOT NULL,                      -- a JSON object
    created_us      INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_of_conversation ON messages (project_id, conversation_id, number);
CREATE INDEX messages_of_tool ON messages (project_id, source_tool, number)
    WHERE source_tool IS NOT NULL;

-- Counted as messages come, so that a list of conversations does not read all messages.
CREATE TABLE conversations (
    project_id      TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    message_count   INTEGER NOT NULL,
    first_us        INTEGER NOT NULL,
    last_number     INTEGER NOT NULL,                   -- of its newest message
    PRIMARY KEY (project_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_by_newest ON conversations (project_id, last_number);

-- `document_id` refers to no row: what an answer was made from is told also when it is gone.
CREATE TABLE message_citations (
    message_id  TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    rank        INTEGER NOT NULL,                       -- 1 is the best
    document_id TEXT NOT NULL,
    file_name   TEXT NOT NULL,
    version     INTEGER NOT NULL,
    start       INTEGER NOT NULL,                       -- offsets in the text of that version
    stop        INTEGER NOT NULL,
    score       REAL NOT NULL,
    PRIMARY KEY (message_id, rank)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE message_words USING fts5 (
    content,
    content = 'messages', content_rowid = 'number',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER message_logged AFTER INSERT ON messages BEGIN
    INSERT INTO message_words (rowid, content) VALUES (new.number, new.content);
    INSERT INTO conversations (project_id, conversation_id, message_count, first_us, last_number)
        VALUES (new.project_id, new.conversation_id, 1, new.created_us, new.number)
        ON CONFLICT DO UPDATE SET
            message_count = message_count + 1, last_number = excluded.last_number;
END;
CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
    INSERT INTO message_words (message_words, rowid, content)
        VALUES ('delete', old.number, old.content);
END;
