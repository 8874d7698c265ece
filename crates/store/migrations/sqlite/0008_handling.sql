-- What was measured of waiting and handling: one row per event that something follows from. All of it follows from the log.
CREATE TABLE analytics_measures (
    deployment   INTEGER NOT NULL, -- analytics_names.id
    at           INTEGER NOT NULL, -- the event's time
    event        INTEGER NOT NULL, -- events.seq
    conversation INTEGER NOT NULL, -- conversations.number
    started_at   INTEGER NOT NULL, -- the conversation's start: where its fact row stands
    items        BLOB    NOT NULL, -- measure, participant, value, purpose, queue, person, code, flow; again and again
    PRIMARY KEY (deployment, at, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX analytics_measures_by_conversation ON analytics_measures (conversation);
