CREATE TABLE blueprints (
    number           INTEGER PRIMARY KEY AUTOINCREMENT,   -- the order they were made in
    id               TEXT NOT NULL UNIQUE,
    project_id       TEXT NOT NULL,
    title            TEXT NOT NULL,
    description      TEXT NOT NULL,
    complexity       TEXT NOT NULL,
    complexity_score REAL NOT NULL,
    priority_score   REAL NOT NULL,
    minutes          INTEGER NOT NULL,
    required_skills  TEXT NOT NULL,                       -- a JSON list
    tags             TEXT NOT NULL,                       -- a JSON list
    status           TEXT NOT NULL,
    created_us       INTEGER NOT NULL,
    updated_us       INTEGER NOT NULL
) STRICT;
CREATE INDEX blueprints_by_priority ON blueprints (project_id, priority_score DESC, number);

CREATE TABLE blueprint_needs (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    dependent_id    TEXT NOT NULL REFERENCES blueprints (id) ON DELETE CASCADE,
    prerequisite_id TEXT NOT NULL REFERENCES blueprints (id) ON DELETE CASCADE,
    dependency_type TEXT NOT NULL,
    is_critical     INTEGER NOT NULL,
    created_us      INTEGER NOT NULL,
    UNIQUE (dependent_id, prerequisite_id)
) STRICT;
CREATE INDEX blueprints_needing ON blueprint_needs (prerequisite_id, dependent_id);

CREATE TRIGGER blueprint_unlinked AFTER DELETE ON blueprints BEGIN
    DELETE FROM links WHERE project_id = old.project_id AND source_id = old.id;
    DELETE FROM links WHERE project_id = old.project_id AND target_id = old.id;
END;
