import { expect, it } from 'vitest'
import { loadPosts, unstageExistingPosts } from '../../src/models/imports.ts'
import { addPost } from '../../src/models/posts.ts'
import { sessionWith } from '../support/session.ts'

it('skips a post once when another connection adds it before the two passes over known posts', async () => {
  const session = await sessionWith('alice')
  const { db } = session
  const post = { user_id: 1, timestamp: '2001-01-01T00:00:00.000Z', body: 'hello' }
  const staging = await session.staging()
  await staging.stage(
    ['user_id', 'timestamp', 'body'],
    [1, 2, 3].flatMap(() => [post.user_id, post.timestamp, post.body]),
  )
  await addPost(db, post)
  await unstageExistingPosts(db, '<=', 0)
  await unstageExistingPosts(db, '>', 0)
  expect(await loadPosts(db)).toBe(2)
})
