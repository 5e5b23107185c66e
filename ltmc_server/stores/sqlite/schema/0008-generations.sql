-- The one row: who the record is, and a number that stands for all that is found in it.
CREATE TABLE record (
    id     TEXT NOT NULL,              -- names the record's entries in a shared cache
    secret BLOB NOT NULL,              -- seals them
    state  INTEGER NOT NULL            -- drawn anew by every write that could change an answer
) STRICT;
INSERT INTO record VALUES (lower(hex(randomblob(8))), randomblob(16), random());

-- Drawn, not counted: a record that was put back from a copy would count the same numbers again.
-- One for all projects: how rare a word is, which BM25 asks, depends on the texts of all of them.
CREATE TRIGGER document_added_state AFTER INSERT ON documents BEGIN
    UPDATE record SET state = random();
END;
CREATE TRIGGER document_changed_state AFTER UPDATE ON documents BEGIN
    UPDATE record SET state = random();
END;
CREATE TRIGGER document_removed_state AFTER DELETE ON documents BEGIN
    UPDATE record SET state = random();
END;
CREATE TRIGGER passage_added_state AFTER INSERT ON passages BEGIN
    UPDATE record SET state = random();
END;
CREATE TRIGGER passage_changed_state AFTER UPDATE ON passages BEGIN
    UPDATE record SET state = random();
END;
CREATE TRIGGER passage_removed_state AFTER DELETE ON passages BEGIN
    UPDATE record SET state = random();
END;
CREATE TRIGGER vector_added_state AFTER INSERT ON vectors BEGIN
    UPDATE record SET state = random();
END;
CREATE TRIGGER vector_changed_state AFTER UPDATE ON vectors BEGIN
    UPDATE record SET state = random();
END;
CREATE TRIGGER vector_removed_state AFTER DELETE ON vectors BEGIN
    UPDATE record SET state = random();
END;
