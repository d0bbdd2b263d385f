-- followers
-- upgrade
CREATE TABLE followers (
  follower_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  followed_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (follower_id, followed_id),
  CHECK (follower_id <> followed_id)
);
CREATE INDEX followers_followed_id ON followers (followed_id, follower_id);

-- downgrade
DROP TABLE followers;
