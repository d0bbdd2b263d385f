/**
 * Bundles src/ into dist/. One CommonJS file starts faster than ES modules or many chunks, so main.js holds everything that most commands
 * need. A package that is loaded with `await import()` becomes a file of its own. Of better-sqlite3 only the JavaScript is bundled.
 * The new files replace those in dist/ only when they load: a fault in src/ leaves a program that runs.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compile, firstLine, run } from './bin/cached-require.js'

/** The folder of the build. It is beside dist/, so that packages are found from it as from there. */
const aside = `dist.${process.pid}`

const options = {
  outdir: aside,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  metafile: true,
  // Removes half of the file. Names and lines are kept for readable stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 200,
  legalComments: 'none',
  logLevel: 'silent',
  // Compile `import()` to `require()`, so that the ES module loader is not started.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
}

async function bundle({ build }) {
  const lazy = new Set()
  const program = {
    ...options,
    entryPoints: { main: 'src/main.ts' },
    // The package with which better-sqlite3 locates its addon.
    external: ['bindings'],
    plugins: [partOfKysely, splitOff(lazy), deferChildProcess],
  }
  const main = await build(program)
  const packages = await build({
    ...options,
    entryPoints: [...lazy].map((name) => ({ in: name, out: fileOf(name) })),
    plugins: [leaveOutEditor],
  })
  const file = resolve(aside, 'main.js')
  prependHash(file)
  await writeManual(file).catch(async (error) => {
    await build({ ...program, sourcemap: 'inline' })
    throw locate(file, error)
  })
  await writeCodeCache(file)
  writeFileSync('THIRD-PARTY-NOTICES', collectNotices([main, packages].flatMap(({ metafile }) => Object.keys(metafile.inputs))))
  rmSync('dist', { recursive: true, force: true })
  renameSync(aside, 'dist')
}

/** The error that loading the file throws, with its place in src/. The file has a source map. */
function locate(file, fallback) {
  process.setSourceMapsEnabled(true)
  try {
    createRequire(file)(file)
    return fallback
  } catch (error) {
    const place = /\bsrc\/[\w./-]+:\d+/.exec(error.stack)?.[0]
    return place ? new Error(`${place}: ${error.message}`) : error
  }
}

/** Report a fault in src/ in one line, as other tools do: `src/models/schema.ts:37: text().chek is not a function`. */
function report(error) {
  const lines = (error.errors ?? []).map(({ location, text }) => (location ? `${location.file}:${location.line}: ${text}` : text))
  process.stderr.write(`error: ${(lines.length > 0 ? lines : [error.message]).join('\n  ')}\n  not built: dist/ is as it was\n`)
  process.exitCode = 1
}

function fileOf(name) {
  return name.replace(/^@/, '').replaceAll('/', '-')
}

/** Commander loads node:child_process, which takes a fifth of Node's start-up time, for executable subcommands. Load it on first use. */
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

/**
 * Of Kysely only what is used: without this esbuild keeps all that it exports. Migrations are SQL, so its builder of schemas is left out.
 * `followers` starts 3 % faster.
 */
const partOfKysely = {
  name: 'part-of-kysely',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^kysely$/ }, ({ path }) => ({ path, namespace: 'part' }))
    onLoad({ filter: /./, namespace: 'part' }, () => ({
      resolveDir: resolve('node_modules/kysely/dist/esm'),
      contents: `
        export { Kysely } from './kysely.js'
        export { sql } from './raw-builder/sql.js'
        export { SqliteDialect } from './dialect/sqlite/sqlite-dialect.js'
        export { SqliteDriver } from './dialect/sqlite/sqlite-driver.js'`,
    }))
    onResolve({ filter: /^\.\/schema\/schema\.js$/ }, ({ path }) => ({ path, namespace: 'no-schema' }))
    onLoad({ filter: /./, namespace: 'no-schema' }, () => ({ contents: 'export const SchemaModule = undefined' }))
  },
}

/** Leave out inquirer's editor prompt, which reads files in any encoding: seven eighths of inquirer's size, and never asked here. */
const leaveOutEditor = {
  name: 'leave-out-editor',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@inquirer\/editor$/ }, ({ path }) => ({ path, namespace: 'left-out' }))
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export default undefined' }))
  },
}

/** Make each package that is loaded with `await import()` a file beside main.js. */
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

/** The text of THIRD-PARTY-NOTICES for a bundle of these files: most licences require their text in every copy. */
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

/** Add a first line with the file's hash. @throws Error, if the file is not ASCII: bin/cached-require.js reads it as latin1. */
function prependHash(file) {
  const source = readFileSync(file, 'utf8')
  if (/[^\0-\x7f]/.test(source)) throw new Error(`${file} is not ASCII`)
  writeFileSync(file, `// build ${createHash('sha256').update(source).digest('hex')}\n${source}`)
}

/** The most frequent commands. The cache will hold the functions that they call. */
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

/** Run the warm-up commands, then write V8's compiled code to `<file>.cache` for bin/cached-require.js. */
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

/** Write the output of `microblog help --man` to the file that `man microblog` finds after a global install. */
async function writeManual(file) {
  const { main } = run(compile(readFileSync(file, 'utf8'), file), file)
  let page = ''
  const output = { isTerminal: false, columns: 80, write: (text) => (page += text) }
  await main(['help', '--man'], { stdin: {}, stdout: output, stderr: output, env: {} }, resolve('migrations'))
  writeFileSync(join(aside, 'microblog.1'), page)
}

const esbuild = await import('esbuild').catch(() => undefined)
if (esbuild) {
  await bundle(esbuild).catch(report)
  rmSync(aside, { recursive: true, force: true })
} else process.stderr.write('microblog: not built, because the development packages are not installed\n')
