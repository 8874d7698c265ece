-- What was removed from which conversation: the lines of certificates, without values. `position` is the log position of
-- the event that says so.
CREATE TABLE erasures (
    certificate  BLOB    NOT NULL,
    position     INTEGER NOT NULL,
    organization BLOB    NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL,
    PRIMARY KEY (certificate, position)
) STRICT, WITHOUT ROWID;

-- What of an ended conversation has gone already, so that retention finds it once: 1 texts, 2 personal values, 7 all.
CREATE TABLE retained (
    conversation INTEGER PRIMARY KEY,
    classes      INTEGER NOT NULL
) STRICT;
