-- search
-- upgrade
CREATE VIRTUAL TABLE posts_search USING fts5(body, content='posts', content_rowid='id', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER posts_search_insert AFTER INSERT ON posts BEGIN
  INSERT INTO posts_search (rowid, body) VALUES (new.id, new.body);
END;
CREATE TRIGGER posts_search_delete AFTER DELETE ON posts BEGIN
  INSERT INTO posts_search (posts_search, rowid, body) VALUES ('delete', old.id, old.body);
END;
CREATE TRIGGER posts_search_update AFTER UPDATE OF id, body ON posts BEGIN
  INSERT INTO posts_search (posts_search, rowid, body) VALUES ('delete', old.id, old.body);
  INSERT INTO posts_search (rowid, body) VALUES (new.id, new.body);
END;
INSERT INTO posts_search (posts_search) VALUES ('rebuild');

-- downgrade
DROP TRIGGER posts_search_update;
DROP TRIGGER posts_search_delete;
DROP TRIGGER posts_search_insert;
DROP TABLE posts_search;
