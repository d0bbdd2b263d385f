/** How to bring in the files of other programs, and how to hand files to them. A test runs each recipe on a small file of its kind. */
interface Recipe {
  readonly title: string
  /** Lines of shell. `alice` is the user whose file it is. */
  readonly command: string
}

export const fileRecipes: readonly Recipe[] = [
  {
    title: "Mastodon's following_accounts.csv: whom alice follows, bob@example.social as bob.example.social",
    command: `awk -F, 'NR > 1 { gsub("@", ".", $1); print "alice\\t" $1 }' following_accounts.csv |
  microblog import - --create-users`,
  },
  {
    title: "Mastodon's outbox.json: her posts, without markup, cut at 140 characters",
    command: `jq -c '.orderedItems[] | select(.type == "Create") | {username: "alice", timestamp: .published,
    body: (.object.content | gsub("<[^>]*>"; "") | .[:140])}' outbox.json |
  microblog import - --format ndjson`,
  },
  {
    title: "A Twitter archive's following.js: whom she follows, by the numbers of their accounts",
    command: `sed '1s/^[^[]*//' following.js | jq -r '.[].following.accountId | "alice\\t\\(.)"' |
  microblog import - --create-users`,
  },
  {
    title: "A Twitter archive's follower.js: who follows her",
    command: `sed '1s/^[^[]*//' follower.js | jq -r '.[].follower.accountId | "\\(.)\\talice"' |
  microblog import - --create-users`,
  },
  {
    title: "A Twitter archive's tweets.js: her posts",
    command: `sed '1s/^[^[]*//' tweets.js | jq -c '.[].tweet | {username: "alice", body: .full_text[:140],
    timestamp: (.created_at | strptime("%a %b %d %H:%M:%S %z %Y") | mktime | todate)}' |
  microblog import - --format ndjson`,
  },
  {
    title: 'An edge list of SNAP: tabs, and comments with #',
    command: 'microblog import edges.txt --create-users',
  },
  {
    title: 'An edge list of KONECT: blanks, and comments with %',
    command: `awk '!/^%/ { print $1 "\\t" $2 }' out.network | microblog import - --create-users`,
  },
  {
    title: "A twtxt file: alice's posts",
    command: `awk -F'\\t' '!/^#/ && NF > 1 { print "alice\\t" $0 }' twtxt.txt | microblog import - --type posts -k`,
  },
  {
    title: 'A Bluesky repository as JSON, a record a file: posts',
    command: `jq -c '{username: "alice", timestamp: .createdAt, body: .text[:140]}' app.bsky.feed.post/*.json |
  microblog import - --format ndjson`,
  },
  {
    title: 'A Bluesky repository as JSON: whom she follows, by the last part of their did',
    command: `jq -r '"alice\\t\\(.subject | split(":") | last)"' app.bsky.graph.follow/*.json |
  microblog import - --create-users`,
  },
  {
    title: 'CSV from Excel, with commas or semicolons',
    command: 'microblog import people.csv --create-users',
  },
  {
    title: "Gephi's edges: Source,Target and further columns",
    command: 'cut -d, -f1,2 edges.csv | microblog import - --format csv --create-users',
  },
  {
    title: "The Flask tutorial's app.db: users, follows, posts",
    command: `sqlite3 -csv app.db 'SELECT username, email FROM user' | microblog import - --type users --format csv
sqlite3 -csv app.db 'SELECT a.username, b.username FROM followers
    JOIN user a ON a.id = follower_id JOIN user b ON b.id = followed_id' | microblog import - --format csv
sqlite3 -csv app.db "SELECT username, strftime('%Y-%m-%dT%H:%M:%fZ', timestamp), body FROM post
    JOIN user ON user.id = user_id ORDER BY post.id" | microblog import - --type posts --format csv`,
  },
  {
    title: 'Out to Gephi, igraph and NetworkX (networkx.read_graphml)',
    command: 'microblog export follows --format graphml -o network.graphml',
  },
]

const indented = (text: string): string => text.replace(/^/gm, '  ')

export const fileRecipesText = (): string => `${fileRecipes.map(({ title, command }) => `${title}\n${indented(command)}\n`).join('\n')}
The columns that are read:  microblog help import
`
