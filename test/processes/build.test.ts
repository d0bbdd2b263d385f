/** Builds copies of this checkout whose declarations were changed, as a developer would. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../support/checkout.ts'
import { cleanEnvironment, shell } from '../support/process.ts'

/** Replaces a text in the declarations of a copy and builds it. */
function build(text: string, replacement: string) {
  const folder = checkout()
  const file = join(folder, 'src/models/schema.ts')
  const source = readFileSync(file, 'utf8')
  writeFileSync(file, source.replace(text, replacement))
  // Half a second back: the times of the build and of the file are compared.
  utimesSync(file, Date.now() / 1000 - 0.5, Date.now() / 1000 - 0.5)
  const { status, stderr } = spawnSync(process.execPath, ['build.mjs'], { cwd: folder, env: cleanEnvironment(), encoding: 'utf8' })
  const line = source.slice(0, source.indexOf(text)).split('\n').length
  const run = (script: string) => shell(script, { cwd: folder }, join(folder, 'bin/microblog.js'))
  return { folder, line, status, stderr, run }
}

describe('the build', () => {
  it.each([
    ['an unknown method', 'text().check', 'text().chek'],
    ['an unknown name', '[users, posts', '[usrs, posts'],
    ['a syntax error', "'posts',", "'posts' 'posts',"],
    ['an import of a missing file', './declare.ts', './declar.ts'],
  ])('names the line of %s in the declarations, and leaves the program as it was', async (_title, text, replacement) => {
    const { folder, line, status, stderr, run } = build(text, replacement)
    expect(status).toBe(1)
    expect(stderr).toMatch(new RegExp(`^error: src/models/schema\\.ts:${line}: .*\n  not built: dist/ is as it was\n$`))
    expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist'])
    expect(await run('microblog db upgrade && microblog user add alice && microblog users')).toMatchObject({ code: 0 })
  })
})

describe('a table that is declared but not listed', () => {
  it('is told by db migrate', async () => {
    const likes = "export const likes = table('likes', { id: integer().primaryKey() })\n\n"
    const { status, run } = build('export const schema', `${likes}export const schema`)
    expect(status).toBe(0)
    expect((await run('microblog db migrate -m likes')).stderr).toBe(
      "warning: 'likes' is declared, but not listed in schema (src/models/schema.ts): no migration creates it\n" +
        'No changes detected: the migrations make the declared schema\n',
    )
  })
})

describe('a checkout that is not built', () => {
  it('says so, and how to build it', async () => {
    const folder = checkout()
    rmSync(join(folder, 'dist'), { recursive: true })
    expect(await shell('microblog users', { cwd: folder }, join(folder, 'bin/microblog.js'))).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: microblog is not built\n  build it:  cd ${folder} && npm ci\n`,
    })
  })

  it('is not built where the development packages are missing, and the build fails', () => {
    const folder = checkout()
    rmSync(join(folder, 'dist'), { recursive: true })
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
    const { status, stderr } = spawnSync(process.execPath, ['build.mjs'], { cwd: folder, env: cleanEnvironment(), encoding: 'utf8' })
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'error: microblog is not built, because its development packages are not installed\n  install them:  npm ci\n',
    })
  })

  it('repeats what the program says about its migrations', async () => {
    const folder = checkout()
    writeFileSync(join(folder, 'migrations', '0005_twin.sql'), '-- twin\n-- upgrade\n-- downgrade\n')
    const { status, stderr } = spawnSync(process.execPath, ['build.mjs'], { cwd: folder, env: cleanEnvironment(), encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /^error: two migrations have the number 0005: .*\n {2}give one of them the next number: {2}mv migrations\/\S+ migrations\/0006_\w+\.sql\n {2}not built/,
    )
  })
})
