-- Signed tokens that were believed once (SIG5): each is spent in the commit that stores what it says.
CREATE TABLE spent_tokens (
    deployment   BLOB    NOT NULL,
    jti_hash     BLOB    NOT NULL,
    organization BLOB    NOT NULL,
    expires_at   INTEGER NOT NULL, -- milliseconds; from then on the token would not be believed anyway
    PRIMARY KEY (deployment, jti_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_tokens_by_end ON spent_tokens (expires_at);
