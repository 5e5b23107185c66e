-- Views on other servers that follow this record; each has an id of its own there.
CREATE TABLE views (
    name        TEXT PRIMARY KEY,      -- where it is; never a password
    id          TEXT NOT NULL UNIQUE,
    seq         INTEGER NOT NULL,      -- of the last change known to be there; -1 before the first
    followed_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which links and memories changed, in order, while there is a view to be told; never how, so that
-- what is told is always the row of now.
CREATE TABLE graph_changes (
    seq  INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,                -- link, memory
    id   TEXT NOT NULL
) STRICT;

-- A view that is further behind is made anew.
CREATE TRIGGER graph_changes_bounded AFTER INSERT ON graph_changes BEGIN
    DELETE FROM graph_changes WHERE seq <= new.seq - 100000;
END;

CREATE TRIGGER link_made AFTER INSERT ON links WHEN EXISTS (SELECT 1 FROM views) BEGIN
    INSERT INTO graph_changes (kind, id) VALUES ('link', new.id);
END;
CREATE TRIGGER link_changed AFTER UPDATE ON links WHEN EXISTS (SELECT 1 FROM views) BEGIN
    INSERT INTO graph_changes (kind, id) VALUES ('link', new.id);
END;
CREATE TRIGGER link_removed AFTER DELETE ON links WHEN EXISTS (SELECT 1 FROM views) BEGIN
    INSERT INTO graph_changes (kind, id) VALUES ('link', old.id);
END;
CREATE TRIGGER memory_made AFTER INSERT ON documents WHEN EXISTS (SELECT 1 FROM views) BEGIN
    INSERT INTO graph_changes (kind, id) VALUES ('memory', new.id);
END;
CREATE TRIGGER memory_changed AFTER UPDATE OF project_id, file_name, resource_type ON documents
WHEN EXISTS (SELECT 1 FROM views) AND (new.project_id, new.file_name, new.resource_type)
    IS NOT (old.project_id, old.file_name, old.resource_type) BEGIN
    INSERT INTO graph_changes (kind, id) VALUES ('memory', new.id);
END;
CREATE TRIGGER memory_removed AFTER DELETE ON documents WHEN EXISTS (SELECT 1 FROM views) BEGIN
    INSERT INTO graph_changes (kind, id) VALUES ('memory', old.id);
END;
