-- search
-- upgrade
ALTER TABLE posts ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED;
CREATE INDEX posts_search ON posts USING gin (words);

-- downgrade
ALTER TABLE posts DROP COLUMN words;
