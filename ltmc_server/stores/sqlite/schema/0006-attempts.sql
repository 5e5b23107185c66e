CREATE TABLE attempts (
    number            INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order they were logged in
    id                TEXT NOT NULL UNIQUE,
    project_id        TEXT NOT NULL,
    input_prompt      TEXT NOT NULL,
    generated_code    TEXT NOT NULL,
    result            TEXT NOT NULL,
    function_name     TEXT,
    file_name         TEXT,
    tags              TEXT NOT NULL,                      -- a JSON list
    error_message     TEXT,
    execution_time_ms REAL,
    model             TEXT NOT NULL,                      -- that made the vector
    vector            BLOB NOT NULL,                      -- float16, little endian
    created_us        INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_of_project ON attempts (project_id, number);

CREATE VIRTUAL TABLE attempt_words USING fts5 (
    input_prompt, generated_code, function_name, file_name, error_message,
    content = 'attempts', content_rowid = 'number',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER attempt_logged AFTER INSERT ON attempts BEGIN
    INSERT INTO attempt_words
            (rowid, input_prompt, generated_code, function_name, file_name, error_message)
        VALUES (new.number, new.input_prompt, new.generated_code, new.function_name,
            new.file_name, new.error_message);
END;
CREATE TRIGGER attempt_removed AFTER DELETE ON attempts BEGIN
    INSERT INTO attempt_words
            (attempt_words, rowid, input_prompt, generated_code, function_name, file_name,
             error_message)
        VALUES ('delete', old.number, old.input_prompt, old.generated_code, old.function_name,
            old.file_name, old.error_message);
END;
