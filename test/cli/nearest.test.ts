import { describe, expect, it } from 'vitest'
import { findNearest } from '../../src/cli/nearest.ts'
import { emptyWorld } from '../support/run.ts'

describe('a suggestion', () => {
  it.each([
    ['rmove', 'remove'],
    ['remvoe', 'remove'],
    ['unpst', 'unpost'],
    ['npost', 'post'],
    ['downgrad', 'downgrade'],
    ['stmp', 'stamp'],
    ['--yse', '--yes'],
  ])('for %s, one edit away, is %s, also if it destroys', async (word, nearest) => {
    expect(await findNearest(word, ['post', 'unpost', 'remove', 'downgrade', 'stamp', '--yes'])).toBe(nearest)
  })

  it.each(['state', 'stats', 'removal', 'downgrd', 'moves', '--yay', '--dpo', '--backup', 'unflow'])(
    'for %s, two edits away, is nothing that destroys',
    async (word) => {
      const destructive = ['remove', 'rm', 'unfollow', 'unpost', 'downgrade', 'stamp', '--yes', '--drop', '--no-backup']
      expect(await findNearest(word, destructive)).toBeUndefined()
    },
  )

  it('for a word that is two edits from a command and from one that destroys is the command', async () => {
    expect(await findNearest('stat', ['stamp', 'stats'])).toBe('stats')
    expect(await findNearest('umps', ['stamp', 'dumps'])).toBe('dumps')
  })
})

describe('a word from another program', () => {
  it.each([
    ['init', 'microblog db upgrade'],
    ['create', 'microblog db upgrade'],
    ['create', 'microblog user add <username>'],
    ['new', 'microblog user add <username>'],
    ['rename', 'microblog user edit <username> --username <new>'],
    ['delete', 'microblog user remove <username>'],
    ['delete', 'microblog unpost <id>'],
    ['tweet', 'microblog post <user> <body>'],
    ['feed', 'microblog timeline <user>'],
    ['version', 'microblog --version'],
    ['status', 'did you mean "db status"?'],
    ['heads', 'microblog db history'],
    ['merge', 'microblog db history'],
    ['upgrade', 'did you mean "db upgrade"?'],
    ['user new', 'microblog user add <username>'],
    ['user delete', 'microblog user remove <username>'],
    ['db init', 'microblog db upgrade'],
    ['db create', 'microblog db upgrade'],
    ['db delete', 'microblog db path'],
    ['db rename', 'microblog db migrate -m <message> --rename <old:new>'],
    ['db version', 'microblog db current'],
    ['db merge', 'microblog db history'],
    ['db heads', 'microblog db history'],
    ['users --no-color', '--color never'],
  ])('%s is answered with %s', async (line, hint) => {
    const { code, stdout, stderr } = await emptyWorld().run(line)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: unknown (command|option) '[^']*'\n/)
    expect(stderr).toContain(hint)
  })

  it.each(['constructor', 'toString', '__proto__'])('%s is a word like any other', async (word) => {
    expect((await emptyWorld().run(word)).stderr).toBe(`error: unknown command '${word}'\n  see:  microblog help\n`)
  })
})
