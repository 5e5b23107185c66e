CREATE TABLE todos (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order they were added in
    id           TEXT NOT NULL UNIQUE,
    project_id   TEXT NOT NULL,
    title        TEXT NOT NULL,
    description  TEXT NOT NULL,
    priority     INTEGER NOT NULL,                   -- 0 low to 3 urgent, so that it sorts
    status       TEXT NOT NULL,
    tags         TEXT NOT NULL,                      -- a JSON list
    due_us       INTEGER,
    created_us   INTEGER NOT NULL,
    updated_us   INTEGER NOT NULL,
    completed_us INTEGER
) STRICT;
CREATE INDEX todos_by_urgency ON todos (project_id, priority, number);

CREATE TABLE todo_needs (
    todo_id   TEXT NOT NULL REFERENCES todos (id) ON DELETE CASCADE,
    needed_id TEXT NOT NULL REFERENCES todos (id) ON DELETE CASCADE,
    PRIMARY KEY (todo_id, needed_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX todos_needing ON todo_needs (needed_id);

-- No stemmer: a search promises words by their beginning, and a stem need not begin its word.
CREATE VIRTUAL TABLE todo_words USING fts5 (
    title, description,
    content = 'todos', content_rowid = 'number',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER todo_added AFTER INSERT ON todos BEGIN
    INSERT INTO todo_words (rowid, title, description)
        VALUES (new.number, new.title, new.description);
END;
CREATE TRIGGER todo_removed AFTER DELETE ON todos BEGIN
    INSERT INTO todo_words (todo_words, rowid, title, description)
        VALUES ('delete', old.number, old.title, old.description);
END;
CREATE TRIGGER todo_reworded AFTER UPDATE OF title, description ON todos BEGIN
    INSERT INTO todo_words (todo_words, rowid, title, description)
        VALUES ('delete', old.number, old.title, old.description);
    INSERT INTO todo_words (rowid, title, description)
        VALUES (new.number, new.title, new.description);
END;
