/**
 * Bundles src/ into dist/. One CommonJS file starts faster than ES modules or many chunks, so all that most commands need is
 * in main.js; packages that only some need are files of their own, loaded when `await import()` asks.
 * Of better-sqlite3 only the addon stays outside.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compile, firstLine, run } from './bin/cached-require.js'

async function bundle({ build }) {
  rmSync('dist', { recursive: true, force: true })
  const lazy = new Set()
  const options = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    metafile: true,
    // Half of the file is comments and white space; names and lines stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 200,
    legalComments: 'none',
    // Else `import()` would start the ES module loader, for files that need none.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  }
  const main = await build({
    ...options,
    entryPoints: { main: 'src/main.ts' },
    outdir: 'dist',
    // What better-sqlite3 looks for its addon with.
    external: ['bindings'],
    plugins: [splitOff(lazy), deferChildProcess],
  })
  const packages = await build({
    ...options,
    entryPoints: [...lazy].map((name) => ({ in: name, out: fileOf(name) })),
    outdir: 'dist',
    plugins: [leaveOutEditor],
  })
  prependHash('dist/main.js')
  await writeCodeCache(resolve('dist/main.js'))
  await writeManual(resolve('dist/main.js'))
  writeFileSync('THIRD-PARTY-NOTICES', collectNotices([main, packages].flatMap(({ metafile }) => Object.keys(metafile.inputs))))
}

function fileOf(name) {
  return name.replace(/^@/, '').replaceAll('/', '-')
}

/** Commander loads node:child_process, for executable subcommands that we do not have; it takes a fifth of Node's own start. */
const deferChildProcess = {
  name: 'defer-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('/commander/') ? { path, namespace: 'deferred' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'deferred' }, () => ({
      contents: "exports.spawn = (...call) => require('child_process').spawn(...call)",
    }))
  },
}

/** inquirer's prompt that starts an editor reads its file in any encoding: seven eighths of inquirer's size, and we do not ask it. */
const leaveOutEditor = {
  name: 'leave-out-editor',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@inquirer\/editor$/ }, ({ path }) => ({ path, namespace: 'left-out' }))
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export default undefined' }))
  },
}

/** A package that is imported by `await import()` becomes a file beside main.js. */
function splitOff(lazy) {
  return {
    name: 'split-off',
    setup({ onResolve }) {
      onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) => {
        if (kind !== 'dynamic-import' || path.startsWith('node:')) return undefined
        lazy.add(path)
        return { path: `./${fileOf(path)}.js`, external: true }
      })
    },
  }
}

/** The text of THIRD-PARTY-NOTICES for a bundle made of these files: the authors of what is in it ask to be named wherever it goes. */
function collectNotices(files) {
  const folders = new Set(
    files.flatMap((file) => /^(node_modules\/(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*)\//.exec(file)?.[1] ?? []),
  )
  return [...folders]
    .sort()
    .map(notice)
    .join(`\n${'-'.repeat(80)}\n\n`)
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim() : `Licence: ${license}`
  return `${name} ${version} (${license})\n\n${text}\n`
}

/** Put the file's own hash into its first line. It is read as ASCII, which esbuild writes, but for odd cases that would be mangled. */
function prependHash(file) {
  const source = readFileSync(file, 'utf8')
  if (/[^\0-\x7f]/.test(source)) throw new Error(`${file} is not ASCII`)
  writeFileSync(file, `// build ${createHash('sha256').update(source).digest('hex')}\n${source}`)
}

/** What people run most, each with what it leads to. */
const warmUpCommands = [
  'db upgrade',
  'db upgrade',
  'user add a b c',
  'follow a b',
  'follow b c',
  'followers b',
  'users --json',
  'post b hello',
  'posts b',
  'timeline a',
  'search hello',
  'suggest a',
  'path a c',
]

/** Run a few commands, so that V8 has compiled what they need, and keep that beside the file for bin/cached-require.js. */
async function writeCodeCache(file) {
  const folder = mkdtempSync(join(tmpdir(), 'microblog-build-'))
  const source = readFileSync(file, 'utf8')
  const script = compile(source, file)
  const { main } = run(script, file)
  const silent = { isTerminal: false, columns: 80, write() {} }
  const io = {
    stdin: { isTerminal: false, async *chunks() {} },
    stdout: silent,
    stderr: silent,
    env: { MICROBLOG_DB: join(folder, 'warm.db') },
  }
  for (const line of warmUpCommands) await main(line.split(' '), io, resolve('migrations'))
  rmSync(folder, { recursive: true })
  writeFileSync(`${file}.cache`, Buffer.concat([Buffer.from(firstLine(source)), script.createCachedData()]))
}

/** The manual page that `man microblog` finds after a global install, as the program itself prints it. */
async function writeManual(file) {
  const { main } = run(compile(readFileSync(file, 'utf8'), file), file)
  let page = ''
  const output = { isTerminal: false, columns: 80, write: (text) => (page += text) }
  await main(['help', '--man'], { stdin: {}, stdout: output, stderr: output, env: {} }, resolve('migrations'))
  writeFileSync('dist/microblog.1', page)
}

const esbuild = await import('esbuild').catch(() => undefined)
if (esbuild) await bundle(esbuild)
else process.stderr.write('microblog: not built, because the development packages are not installed\n')
