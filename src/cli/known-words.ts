/** Commands and options that people know from other programs, and what does the same here. */
type Hints = Readonly<Record<string, string>>

const createDatabase = 'create the database, or bring it up to date:  microblog db upgrade'
const addUser = 'create a user:  microblog user add <username>'
const renameUser = 'rename a user:  microblog user edit <username> --username <new>'
const removeUser = 'remove a user:  microblog user remove <username>'
const publish = 'publish a post:  microblog post <user> <body>'
const timeline = 'posts of a user and of everyone they follow:  microblog timeline <user>'
const oneLine = 'migrations have one order; see it, and what is in conflict:  microblog db history'
const deleteDatabase = 'a database is a file, which you can remove; see which:  microblog db path'

const commands: Readonly<Record<string, Hints>> = {
  microblog: {
    init: createDatabase,
    setup: createDatabase,
    create: `${createDatabase}\n${addUser}`,
    new: `${addUser}\n${publish}`,
    register: addUser,
    signup: addUser,
    rename: renameUser,
    delete: `${removeUser}\ndelete a post:  microblog unpost <id>`,
    tweet: publish,
    toot: publish,
    publish,
    feed: timeline,
    home: timeline,
    version: 'print the version:  microblog --version',
    heads: oneLine,
    merge: oneLine,
  },
  user: {
    new: addUser,
    create: addUser,
    register: addUser,
    rename: renameUser,
    delete: removeUser,
    passwd: 'see:  microblog help user edit',
  },
  db: {
    init: createDatabase,
    create: createDatabase,
    new: `${createDatabase}\nwrite an empty migration:  microblog db revision -m <message>`,
    rename: 'write a migration that renames:  microblog db migrate -m <message> --rename <old:new>',
    delete: deleteDatabase,
    drop: deleteDatabase,
    reset: deleteDatabase,
    version: 'print the revision:  microblog db current',
    heads: oneLine,
    branches: oneLine,
    merge: oneLine,
    restore: 'copy the backup over the file, when nothing uses it:  microblog db path',
  },
}

const options: Hints = {
  '--no-color': 'print without colours:  --color never',
  '--no-colour': 'print without colours:  --color never',
  '--colour': 'print with or without colours:  --color auto|always|never',
  '--database': 'name the database:  --db <file>',
  '--verbose': 'print more about errors:  MICROBLOG_DEBUG=1',
  '--debug': 'print more about errors:  MICROBLOG_DEBUG=1',
}

/** The hint for a command of a group (or of `microblog` itself), or for an option. */
export const knownHint = (word: string, group: string): string | undefined => {
  const hints = word.startsWith('-') ? options : (commands[group] ?? {})
  return Object.hasOwn(hints, word) ? hints[word] : undefined
}
