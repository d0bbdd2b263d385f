import { targetsCommand } from '../command/follow-targets.ts'
import type { Context } from '../context.ts'
import { unfollow as removeFollows } from '../models/followers.ts'

export const unfollow = (context: Context) =>
  targetsCommand(context, {
    name: 'unfollow',
    summary: 'make <user> stop following each target',
    apply: removeFollows,
    describe: (user, target, wasFollowing) =>
      wasFollowing ? `${user} no longer follows ${target}` : `${user} was not following ${target}`,
  })
    .example('microblog unfollow alice bob', 'alice stops following bob')
    .example('microblog following alice --not-mutual | microblog unfollow alice -', 'drop those who do not follow back')
