CREATE INDEX documents_by_conversation ON documents (project_id, conversation_id)
    WHERE conversation_id IS NOT NULL;

-- SQLite had counted that nearly all rows are of one project, and went through all of them for the
-- newest ten. Without counts it believes that an index narrows, which here it does.
ANALYZE documents_by_age;
DELETE FROM sqlite_stat1;
