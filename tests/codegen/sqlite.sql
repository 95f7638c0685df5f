CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    "type" VARCHAR(20) NOT NULL DEFAULT 'plain',
    anything,
    email TEXT COLLATE NOCASE CONSTRAINT has_mail NOT NULL ON CONFLICT IGNORE UNIQUE ON CONFLICT REPLACE,
    active BOOLEAN NOT NULL DEFAULT 1,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    made TEXT DEFAULT (strftime('%s', 'now')),
    price NUMERIC(10, 2) CHECK (price >= 0),
    price_twice REAL GENERATED ALWAYS AS (price * 2) VIRTUAL,
    invited_by INTEGER REFERENCES users ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT two_columns UNIQUE (email, active),
    CONSTRAINT named CHECK (length(email) > 3)
);
CREATE INDEX users_created_at_idx ON users (created_at);
CREATE UNIQUE INDEX odd ON users (lower(email), active DESC) WHERE active;
CREATE TABLE "Order Lines" (
    OrderId INTEGER NOT NULL,
    LineNo INT NOT NULL,
    UserId INTEGER REFERENCES users (id) ON UPDATE CASCADE,
    PRIMARY KEY (OrderId, LineNo)
) WITHOUT ROWID;
CREATE TABLE codes (code TEXT PRIMARY KEY, blob BLOB) STRICT;
CREATE TABLE pairs (a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES "Order Lines" (OrderId, LineNo));
CREATE VIEW active_users AS SELECT id, email FROM users WHERE active;
CREATE TRIGGER keep BEFORE DELETE ON users BEGIN SELECT RAISE(ABORT, 'no "way"'); END;
CREATE VIRTUAL TABLE words USING fts5(word);
