import { describe, expect, it } from 'vitest'
import { resolveTarget } from '../../src/migrate/target.ts'

const files = ['users', 'posts', 'posts_search'].map((name, index) => ({
  id: `000${index + 1}`,
  name,
  file: `000${index + 1}_${name}.sql`,
}))

describe('a target', () => {
  it.each([
    ['head', 3],
    ['base', 0],
    ['0', 0],
    ['0002', 2],
    ['2', 2],
    ['users', 1],
    ['u', 1],
    ['posts', 2],
    ['posts_', 3],
    ['+1', 2],
    ['+2', 3],
    ['+0', 1],
    ['-1', 0],
    ['-0', 1],
  ])('%s resolves to position %i when one migration is applied', (target, position) => {
    expect(resolveTarget(target, files, 1)).toBe(position)
  })

  it.each([
    ['+3', "'+3' goes past head: 2 migrations are pending"],
    ['-2', "'-2' goes below base: 1 migration is applied"],
    ['0000', "no revision '0000'"],
    ['0004', "no revision '0004'"],
    ['', "no revision ''"],
    ['nope', "no revision 'nope'"],
    ['%', "no revision '%'"],
  ])('%j does not exist', (target, message) => {
    expect(() => resolveTarget(target, files, 1)).toThrow(expect.objectContaining({ message, exitCode: 3 }))
  })

  it('that is a prefix of several names is ambiguous, and the error lists them', () => {
    expect(() => resolveTarget('po', files, 0)).toThrow(
      expect.objectContaining({ message: "revision 'po' is ambiguous: 0002 posts, 0003 posts_search", exitCode: 2 }),
    )
  })

  it('that is the name of several migrations is ambiguous, and the error lists them', () => {
    const twins = [...files, { id: '0004', name: 'posts', file: '0004_posts.sql' }]
    expect(() => resolveTarget('posts', twins, 0)).toThrow(
      expect.objectContaining({ message: "revision 'posts' is ambiguous: 0002 posts, 0004 posts", exitCode: 2 }),
    )
    expect(resolveTarget('4', twins, 0)).toBe(4)
  })

  it('head equals base when there are no migrations', () => {
    expect(resolveTarget('head', [], 0)).toBe(0)
  })
})
