import { relationshipCommand } from '../command/relationship-list.ts'
import type { Context } from '../context.ts'
import { followers as followersOf } from '../models/followers.ts'

export const followers = (context: Context) =>
  relationshipCommand(context, {
    name: 'followers',
    summary: 'who follows <user>',
    relationship: followersOf,
    and: 'who follow <u>',
    not: 'who do not follow <u>',
    nobody: (username) => `nobody follows ${username} yet`,
  })
    .example('microblog followers alice', 'one username a line, in order')
    .example('microblog followers alice --mutual --count', 'how many of them alice follows back')
    .example('microblog followers alice --and bob --json', 'who follows both, as JSON')
