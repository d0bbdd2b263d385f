-- never give a user id twice
-- upgrade
CREATE TABLE new_users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL CHECK (length(username) BETWEEN 1 AND 64) CHECK (username NOT GLOB '*[^A-Za-z0-9_.-]*' AND username NOT GLOB '[.-]*'),
  email TEXT CHECK (length(email) BETWEEN 3 AND 120),
  password_hash TEXT CHECK (length(password_hash) <= 128)
) STRICT;
INSERT INTO new_users (id, username, email, password_hash) SELECT id, username, email, password_hash FROM users;
DROP TABLE users;
PRAGMA legacy_alter_table = ON;
ALTER TABLE new_users RENAME TO users;
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX users_lower_username ON users (lower(username));
CREATE UNIQUE INDEX users_lower_email ON users (lower(email));
CREATE INDEX users_username ON users (username);

-- downgrade
CREATE TABLE new_users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL CHECK (length(username) BETWEEN 1 AND 64) CHECK (username NOT GLOB '*[^A-Za-z0-9_.-]*' AND username NOT GLOB '[.-]*'),
  email TEXT CHECK (length(email) BETWEEN 3 AND 120),
  password_hash TEXT CHECK (length(password_hash) <= 128)
) STRICT;
INSERT INTO new_users (id, username, email, password_hash) SELECT id, username, email, password_hash FROM users;
DROP TABLE users;
PRAGMA legacy_alter_table = ON;
ALTER TABLE new_users RENAME TO users;
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX users_lower_username ON users (lower(username));
CREATE UNIQUE INDEX users_lower_email ON users (lower(email));
CREATE INDEX users_username ON users (username);
