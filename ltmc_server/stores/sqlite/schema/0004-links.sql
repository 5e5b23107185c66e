-- Entities are names, not rows: what is linked may be a memory, a todo, a message or any word.
CREATE TABLE links (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,   -- the order they were made in
    id         TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL,
    source_id  TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    relation   TEXT NOT NULL,
    weight     REAL NOT NULL,
    properties TEXT NOT NULL,                       -- a JSON object
    created_us INTEGER NOT NULL,
    updated_us INTEGER NOT NULL,
    UNIQUE (project_id, source_id, relation, target_id)
) STRICT;
CREATE INDEX links_by_target ON links (project_id, target_id, relation, source_id);
CREATE INDEX links_by_age ON links (project_id, number);

-- Links belong to what they link: they go in the transaction in which it is deleted.
CREATE TRIGGER document_unlinked AFTER DELETE ON documents BEGIN
    DELETE FROM links WHERE project_id = old.project_id AND source_id = old.id;
    DELETE FROM links WHERE project_id = old.project_id AND target_id = old.id;
END;
CREATE TRIGGER todo_unlinked AFTER DELETE ON todos BEGIN
    DELETE FROM links WHERE project_id = old.project_id AND source_id = old.id;
    DELETE FROM links WHERE project_id = old.project_id AND target_id = old.id;
END;
CREATE TRIGGER message_unlinked AFTER DELETE ON messages BEGIN
    DELETE FROM links WHERE project_id = old.project_id AND source_id = old.id;
    DELETE FROM links WHERE project_id = old.project_id AND target_id = old.id;
END;

-- Which messages cite a document.
CREATE INDEX citations_of_document ON message_citations (document_id);
