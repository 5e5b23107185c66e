-- Runs of letters that are written without spaces are indexed as pairs: stores/spacing.py, which
-- every connection of ours has as the function `spaced`. The views are what is indexed, so that
-- FTS5's own 'rebuild' makes the same index again.

CREATE VIEW passage_texts AS SELECT id, spaced(title) AS title, spaced(text) AS text FROM passages;
DROP TRIGGER passage_added;
DROP TRIGGER passage_removed;
DROP TABLE passage_words;
CREATE VIRTUAL TABLE passage_words USING fts5 (
    title, text,
    content = 'passage_texts', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN
    INSERT INTO passage_words (rowid, title, text)
        VALUES (new.id, spaced(new.title), spaced(new.text));
    INSERT INTO changes (passage_id, removed) VALUES (new.id, 0);
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN
    INSERT INTO passage_words (passage_words, rowid, title, text)
        VALUES ('delete', old.id, spaced(old.title), spaced(old.text));
    INSERT INTO changes (passage_id, removed) VALUES (old.id, 1);
END;
INSERT INTO passage_words (passage_words) VALUES ('rebuild');

CREATE VIEW todo_texts AS
    SELECT number, spaced(title) AS title, spaced(description) AS description FROM todos;
DROP TRIGGER todo_added;
DROP TRIGGER todo_removed;
DROP TRIGGER todo_reworded;
DROP TABLE todo_words;
CREATE VIRTUAL TABLE todo_words USING fts5 (
    title, description,
    content = 'todo_texts', content_rowid = 'number',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER todo_added AFTER INSERT ON todos BEGIN
    INSERT INTO todo_words (rowid, title, description)
        VALUES (new.number, spaced(new.title), spaced(new.description));
END;
CREATE TRIGGER todo_removed AFTER DELETE ON todos BEGIN
    INSERT INTO todo_words (todo_words, rowid, title, description)
        VALUES ('delete', old.number, spaced(old.title), spaced(old.description));
END;
CREATE TRIGGER todo_reworded AFTER UPDATE OF title, description ON todos BEGIN
    INSERT INTO todo_words (todo_words, rowid, title, description)
        VALUES ('delete', old.number, spaced(old.title), spaced(old.description));
    INSERT INTO todo_words (rowid, title, description)
        VALUES (new.number, spaced(new.title), spaced(new.description));
END;
INSERT INTO todo_words (todo_words) VALUES ('rebuild');

CREATE VIEW message_texts AS SELECT number, spaced(content) AS content FROM messages;
DROP TRIGGER message_logged;
DROP TRIGGER message_removed;
DROP TABLE message_words;
CREATE VIRTUAL TABLE message_words USING fts5 (
    content,
    content = 'message_texts', content_rowid = 'number',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER message_logged AFTER INSERT ON messages BEGIN
    INSERT INTO message_words (rowid, content) VALUES (new.number, spaced(new.content));
    INSERT INTO conversations (project_id, conversation_id, message_count, first_us, last_number)
        VALUES (new.project_id, new.conversation_id, 1, new.created_us, new.number)
        ON CONFLICT DO UPDATE SET
            message_count = message_count + 1, last_number = excluded.last_number;
END;
CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
    INSERT INTO message_words (message_words, rowid, content)
        VALUES ('delete', old.number, spaced(old.content));
END;
INSERT INTO message_words (message_words) VALUES ('rebuild');

CREATE VIEW attempt_texts AS
    SELECT number, spaced(input_prompt) AS input_prompt, spaced(generated_code) AS generated_code,
        spaced(function_name) AS function_name, spaced(file_name) AS file_name,
        spaced(error_message) AS error_message
    FROM attempts;
DROP TRIGGER attempt_logged;
DROP TRIGGER attempt_removed;
DROP TABLE attempt_words;
CREATE VIRTUAL TABLE attempt_words USING fts5 (
    input_prompt, generated_code, function_name, file_name, error_message,
    content = 'attempt_texts', content_rowid = 'number',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER attempt_logged AFTER INSERT ON attempts BEGIN
    INSERT INTO attempt_words
            (rowid, input_prompt, generated_code, function_name, file_name, error_message)
        VALUES (new.number, spaced(new.input_prompt), spaced(new.generated_code),
            spaced(new.function_name), spaced(new.file_name), spaced(new.error_message));
END;
CREATE TRIGGER attempt_removed AFTER DELETE ON attempts BEGIN
    INSERT INTO attempt_words
            (attempt_words, rowid, input_prompt, generated_code, function_name, file_name,
             error_message)
        VALUES ('delete', old.number, spaced(old.input_prompt), spaced(old.generated_code),
            spaced(old.function_name), spaced(old.file_name), spaced(old.error_message));
END;
INSERT INTO attempt_words (attempt_words) VALUES ('rebuild');
