-- users
-- upgrade
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL CHECK (length(username) BETWEEN 1 AND 64) CHECK (username NOT GLOB '*[^A-Za-z0-9_.-]*' AND username NOT GLOB '[.-]*'),
  email TEXT CHECK (length(email) BETWEEN 3 AND 120),
  password_hash TEXT CHECK (length(password_hash) <= 128)
) STRICT;
CREATE UNIQUE INDEX users_lower_username ON users (lower(username));
CREATE UNIQUE INDEX users_lower_email ON users (lower(email));
CREATE INDEX users_username ON users (username);

-- downgrade
DROP TABLE users;
