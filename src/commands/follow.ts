import { targetsCommand } from '../command/follow-targets.ts'
import type { Context } from '../context.ts'
import { follow as addFollows } from '../models/followers.ts'

export const follow = (context: Context) =>
  targetsCommand(context, {
    name: 'follow',
    summary: 'make <user> follow each target',
    apply: addFollows,
    describe: (user, target, isNew) => (isNew ? `${user} now follows ${target}` : `${user} already follows ${target}`),
  })
    .example('microblog follow alice bob', 'alice follows bob')
    .example('microblog followers alice | microblog follow carol -', 'carol follows everyone who follows alice')
