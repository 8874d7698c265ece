-- Where each webhook stands in the log. Lane 0 follows it, others replay a stretch of it.
CREATE TABLE webhook_lanes (
    webhook      BLOB    NOT NULL,
    lane         INTEGER NOT NULL,
    organization BLOB    NOT NULL,
    position     INTEGER NOT NULL,
    until        INTEGER,
    checksum     INTEGER NOT NULL,
    PRIMARY KEY (webhook, lane)
) STRICT, WITHOUT ROWID;

-- One row per event and webhook. `state` is 0 pending, 1 delivered, 2 dead. `seq` is the event's position in the log,
-- 0 for what has none. Bodies of logged events are not kept: they are written anew from the log at each attempt.
CREATE TABLE webhook_deliveries (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    organization BLOB    NOT NULL,
    webhook      BLOB    NOT NULL,
    seq          INTEGER NOT NULL,
    state        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    payload      TEXT    NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook, number);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (webhook, number) WHERE state = 0;
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (webhook, number) WHERE state = 2;
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (webhook, seq) WHERE state = 0;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);
