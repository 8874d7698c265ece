-- What analytics counts by. All of it follows from the conversations: it can be made anew from them.

-- Names have short numbers here: deployments, keys, pages, SDK versions … `hash` is over organization, kind and text.
-- Numbers below 16 are dimensions and stand in the program.
CREATE TABLE analytics_names (
    id           INTEGER PRIMARY KEY,
    hash         INTEGER NOT NULL UNIQUE,
    organization BLOB    NOT NULL,
    kind         INTEGER NOT NULL,
    text         TEXT    NOT NULL
) STRICT;

INSERT INTO analytics_names (id, hash, organization, kind, text) VALUES (16, 0, x'', 0, '');

-- One row per conversation, in the order of starts of its deployment.
CREATE TABLE analytics_facts (
    deployment   INTEGER NOT NULL, -- analytics_names.id
    started_at   INTEGER NOT NULL,
    conversation INTEGER NOT NULL, -- conversations.number
    ended_at     INTEGER,
    late         INTEGER NOT NULL, -- 1 where context came after the end
    inbound      INTEGER,          -- messages, counted at the end
    outbound     INTEGER,
    items        BLOB    NOT NULL, -- dimension or key, what became of it, and its value; again and again
    PRIMARY KEY (deployment, started_at, conversation)
) STRICT, WITHOUT ROWID;

-- How many conversations started in an hour with a value. `dimension` 0 counts all conversations, a negative one those
-- that have any value of it.
CREATE TABLE analytics_counts (
    deployment INTEGER NOT NULL,
    dimension  INTEGER NOT NULL,
    hour       INTEGER NOT NULL, -- since 1970
    value      INTEGER NOT NULL, -- a hash of organization, key and text; for dimensions analytics_names.id
    count      INTEGER NOT NULL,
    late       INTEGER NOT NULL,
    PRIMARY KEY (deployment, dimension, hour, value)
) STRICT, WITHOUT ROWID;

-- Jobs and alarms.
CREATE TABLE analytics_documents (
    id           BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    organization BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    open         INTEGER NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL,
    PRIMARY KEY (id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX analytics_documents_by_time ON analytics_documents (organization, kind, at);
CREATE INDEX analytics_documents_by_end ON analytics_documents (expires_at);

-- What a job found: ids of conversations, sixteen bytes each, in its order.
CREATE TABLE analytics_results (
    job      BLOB    NOT NULL,
    position INTEGER NOT NULL, -- of the first id
    ids      BLOB    NOT NULL,
    PRIMARY KEY (job, position)
) STRICT, WITHOUT ROWID;
