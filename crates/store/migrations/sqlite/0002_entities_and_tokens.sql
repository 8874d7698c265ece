-- What is administered: users, clients, roles, queues … one document each, with the rows that find it.
CREATE TABLE entities (
    id           BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    organization BLOB    NOT NULL,
    name         TEXT    NOT NULL,
    sort_name    TEXT    NOT NULL, -- lower case, for lists and searches
    version      INTEGER NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL,
    PRIMARY KEY (id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX entities_by_name ON entities (organization, kind, sort_name, id);

-- Names that belong to one entity of a kind on the whole server (LOG7): login names, client ids.
CREATE TABLE entity_keys (
    kind         TEXT NOT NULL,
    key          TEXT NOT NULL,
    organization BLOB NOT NULL,
    id           BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX entity_keys_by_entity ON entity_keys (id, kind);

-- Clients are entities from here on; the program moves the rows and drops the table. Tokens are documents with a
-- checksum. Bearer tokens live for a day: they are drawn anew.
ALTER TABLE clients RENAME TO former_clients;
DROP TABLE access_tokens;

CREATE TABLE tokens (
    number       INTEGER PRIMARY KEY,
    hash         BLOB    NOT NULL UNIQUE,
    organization BLOB    NOT NULL,
    principal    BLOB    NOT NULL, -- whose it is
    family       BLOB    NOT NULL, -- revoked together
    expires_at   INTEGER NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

CREATE INDEX tokens_by_end ON tokens (expires_at);
CREATE INDEX tokens_by_principal ON tokens (principal);
CREATE INDEX tokens_by_family ON tokens (family);

-- The audit log: each row's hash is over the hash before it and the row, so that no row can be changed or taken away
-- unseen. `at` is milliseconds. The program moves the former rows.
ALTER TABLE audit RENAME TO former_audit;
CREATE TABLE audit (
    number       INTEGER PRIMARY KEY,
    organization BLOB    NOT NULL,
    actor        TEXT    NOT NULL, -- JSON
    action       TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    details      TEXT    NOT NULL,
    hash         BLOB    NOT NULL
) STRICT;

CREATE INDEX audit_by_organization ON audit (organization, number);
