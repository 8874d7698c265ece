-- Jobs are worked on from here on. What earlier programs kept here was taken up by nothing, and its conversations have no
-- run that it could move.
DROP TABLE jobs;

-- Work that must happen. `number` tells the order within a conversation. `leased_until` is absent while nobody works on it;
-- no checksum covers it: it says nothing but how long to wait, and ends with the process.
CREATE TABLE jobs (
    number       INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    organization BLOB    NOT NULL,
    conversation INTEGER NOT NULL, -- conversations.number
    kind         TEXT    NOT NULL,
    due_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL, -- how often it was claimed
    leased_until INTEGER,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

-- A claim is a seek in each of these, however many jobs wait for their time.
CREATE INDEX jobs_free ON jobs (due_at) WHERE leased_until IS NULL;
CREATE INDEX jobs_leased ON jobs (leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX jobs_by_conversation ON jobs (conversation, due_at);

-- Jobs that were given up, to be looked at and taken up again by hand.
CREATE TABLE dead_jobs (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    id           BLOB    NOT NULL UNIQUE,
    organization BLOB    NOT NULL,
    conversation INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    due_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    payload      TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

CREATE INDEX dead_jobs_by_organization ON dead_jobs (organization, number);
CREATE INDEX dead_jobs_by_conversation ON dead_jobs (conversation);
CREATE INDEX dead_jobs_by_age ON dead_jobs (at);

-- What agents are doing, one document each.
CREATE TABLE agent_states (
    organization BLOB    NOT NULL,
    user         BLOB    NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL,
    PRIMARY KEY (organization, user)
) STRICT, WITHOUT ROWID;

-- A key that earlier programs kept in the clear. It is drawn anew, sealed; what it signed lives a quarter of an hour.
DELETE FROM meta WHERE name = 'secret:history_tokens';
