-- posts
-- upgrade
CREATE TABLE posts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 140) CHECK (instr(body, char(0)) = 0),
  timestamp TEXT NOT NULL CHECK (timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z'),
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX posts_timestamp ON posts (timestamp, id);
CREATE INDEX posts_user_id ON posts (user_id, timestamp, id);

-- downgrade
DROP TABLE posts;
