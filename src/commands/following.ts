import { relationshipCommand } from '../command/relationship-list.ts'
import type { Context } from '../context.ts'
import { followed } from '../models/followers.ts'

export const following = (context: Context) =>
  relationshipCommand(context, {
    name: 'following',
    summary: 'whom <user> follows',
    relationship: followed,
    and: 'whom <u> follows',
    not: 'whom <u> does not follow',
    nobody: (username) => `${username} follows nobody yet`,
  })
    .alias('followed')
    .example('microblog following alice', 'one username a line, in order')
    .example('microblog following alice --not-mutual', 'whom alice follows without being followed back')
    .example('microblog following alice --sort followers -r -n 10', 'the ten best-known of them')
