-- Times are milliseconds since 1970. Ids and hashes are blobs. Checksums are XXH3-64 as signed integers.

-- The log: every record of every conversation in commit order. `kind` is
-- 1 started, 2 attributes, 3 message, 4 participant.joined, 5 participant.left, 6 ended, 7 mark.
CREATE TABLE events (
    seq              INTEGER PRIMARY KEY,
    organization     BLOB    NOT NULL,
    conversation     INTEGER NOT NULL, -- conversations.number
    conversation_id  BLOB    NOT NULL,
    conversation_seq INTEGER NOT NULL, -- 1, 2, 3 … without holes; 0 for marks
    kind             INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    head_at          INTEGER,          -- the conversation's last_at, where it is not `at` of its last event
    message_key      INTEGER,          -- XXH3-64 of the client's own message id
    payload          TEXT    NOT NULL, -- who and what, as JSON
    checksum         INTEGER NOT NULL
) STRICT;

-- Answers a conversation's head, its log and its messages without touching the rows.
CREATE INDEX events_by_conversation ON events (conversation, conversation_seq, kind, message_key);

-- `number` is the log position of the conversation's first event: rows and indexes grow at their ends.
CREATE TABLE conversations (
    number       INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    organization BLOB    NOT NULL,
    deployment   BLOB    NOT NULL,
    session      INTEGER,              -- sessions.number
    started_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    snapshot     TEXT,                 -- absent while the conversation stands as its first event tells it
    checksum     INTEGER NOT NULL
) STRICT;

CREATE INDEX conversations_by_session ON conversations (session) WHERE session IS NOT NULL;

-- What conversations are listed by: a hash of the organization, a deployment, an attribute's key, or its key and value.
-- A reader compares the conversation itself, so a collision of hashes lists nothing wrong.
CREATE TABLE facets (
    facet        INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    PRIMARY KEY (facet, started_at, conversation)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    number       INTEGER PRIMARY KEY, -- the log position of the event that came with it
    id           BLOB    NOT NULL UNIQUE,
    organization BLOB    NOT NULL,
    deployment   BLOB    NOT NULL,
    token        BLOB,                -- SHA-256 of the guest token; absent once it was fenced
    conversation INTEGER NOT NULL,    -- the latest one
    started_at   INTEGER NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

CREATE TABLE start_tokens (
    number       INTEGER PRIMARY KEY, -- the log position of the first event of its start
    position     INTEGER NOT NULL,    -- and of the last
    organization BLOB    NOT NULL,
    deployment   BLOB    NOT NULL,
    owner        BLOB    NOT NULL,
    token        TEXT    NOT NULL,
    body_hash    BLOB    NOT NULL,
    conversation INTEGER NOT NULL,
    answer       TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

-- Finds sessions and start tokens of one owner on one page: `owner` is a hash of deployment and owner,
-- `item` is 0 for the session, else a hash of the start token. A reader compares the row that it leads to.
CREATE TABLE lookups (
    owner  INTEGER NOT NULL,
    item   INTEGER NOT NULL,
    number INTEGER NOT NULL, -- sessions.number or start_tokens.number
    PRIMARY KEY (owner, item, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    number       INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    organization BLOB    NOT NULL,
    conversation INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    due_at       INTEGER NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_by_due ON jobs (organization, due_at, number);

CREATE TABLE organizations (
    id       BLOB PRIMARY KEY,
    payload  TEXT    NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE deployments (
    id           BLOB PRIMARY KEY,
    organization BLOB    NOT NULL,
    name         TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

CREATE INDEX deployments_by_name ON deployments (organization, name);

CREATE TABLE policies (
    deployment BLOB    NOT NULL,
    version    INTEGER NOT NULL,
    payload    TEXT    NOT NULL,
    checksum   INTEGER NOT NULL,
    PRIMARY KEY (deployment, version)
) STRICT;

CREATE TABLE clients (
    id           BLOB PRIMARY KEY,
    organization BLOB    NOT NULL,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    secret_hash  TEXT    NOT NULL,
    enabled      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE access_tokens (
    hash         BLOB PRIMARY KEY,
    organization BLOB    NOT NULL,
    client       BLOB    NOT NULL,
    scopes       TEXT    NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);

CREATE TABLE refusals (
    number       INTEGER PRIMARY KEY,
    organization BLOB    NOT NULL,
    deployment   BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

CREATE INDEX refusals_by_time ON refusals (organization, at);
CREATE INDEX refusals_by_age ON refusals (at);

-- Who was created and what was published, written with the change itself.
CREATE TABLE audit (
    number       INTEGER PRIMARY KEY,
    organization BLOB NOT NULL,
    action       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    at           INTEGER
) STRICT;

-- The epoch of the log, and the server's own secrets (`secret:<name>`).
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
