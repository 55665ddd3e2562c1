-- The lives of secrets. Plain SQL that SQLite and PostgreSQL both take: texts, 64-bit numbers, no types or functions of one of them.
-- Moments are seconds since 1970 in UTC. No value of a secret stands here: `digest` is a keyed digest of its fingerprint.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE secrets (
    id BIGINT PRIMARY KEY,
    -- 32 hexadecimal digits: HMAC-SHA-256 of the fingerprint under the ledger's key, cut to 16 bytes.
    digest TEXT NOT NULL UNIQUE,
    -- The fingerprint, of secrets that cannot be guessed; a guessable one could be guessed from it.
    fingerprint TEXT,
    rule TEXT NOT NULL,
    family TEXT NOT NULL,
    name TEXT NOT NULL,
    severity TEXT NOT NULL,
    -- The value as reports mask it.
    masked TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    -- When the oldest commit that brought it was made.
    first_commit BIGINT,
    -- When it was last revoked.
    revoked_at BIGINT,
    reopened BIGINT NOT NULL,
    owner TEXT,
    reason TEXT,
    -- The last day of an acceptance.
    expires TEXT,
    rotate TEXT
);
CREATE INDEX secrets_by_fingerprint ON secrets (fingerprint);
CREATE INDEX secrets_by_state ON secrets (state, severity);

CREATE TABLE sightings (
    id BIGINT PRIMARY KEY,
    -- SHA-256 of the report.
    report TEXT NOT NULL UNIQUE,
    seen_at BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    secrets BIGINT NOT NULL,
    occurrences BIGINT NOT NULL,
    files BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    problems BIGINT NOT NULL,
    tool TEXT NOT NULL,
    environment TEXT
);

CREATE TABLE occurrences (
    secret BIGINT NOT NULL REFERENCES secrets (id),
    -- What it lies in: `repository:ROOT-COMMIT`, `image:REFERENCE`, `host`, `files`.
    surface TEXT NOT NULL,
    -- The place within, with its commit: no line, which moves.
    place TEXT NOT NULL,
    environment TEXT NOT NULL,
    surface_name TEXT NOT NULL,
    line BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_sighting BIGINT NOT NULL REFERENCES sightings (id),
    -- When a complete scan of the same surface no longer saw it.
    gone_at BIGINT,
    PRIMARY KEY (secret, surface, place, environment)
);
CREATE INDEX occurrences_by_surface ON occurrences (surface, last_sighting);

CREATE TABLE journal (
    seq BIGINT PRIMARY KEY,
    made_at BIGINT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    -- The secret's digest, or empty.
    secret TEXT NOT NULL,
    detail TEXT NOT NULL,
    -- HMAC-SHA-256, under the ledger's key, of the entry before and of this one.
    chain TEXT NOT NULL
);
CREATE INDEX journal_by_secret ON journal (secret, seq);

CREATE TABLE deadlines (
    severity TEXT PRIMARY KEY,
    -- Days from the first sight until it must be revoked, dead, purged, accepted or called false; none when NULL.
    max_age BIGINT,
    -- Days from the decision to rotate until it is revoked.
    max_time_to_revoke BIGINT
);
INSERT INTO deadlines (severity, max_age, max_time_to_revoke) VALUES ('critical', 7, 1);
INSERT INTO deadlines (severity, max_age, max_time_to_revoke) VALUES ('high', 30, 7);
INSERT INTO deadlines (severity, max_age, max_time_to_revoke) VALUES ('medium', 90, 30);
INSERT INTO deadlines (severity, max_age, max_time_to_revoke) VALUES ('low', NULL, NULL);
