/**
 * Bundles src/ into dist/: the modules that a kind of command loads into one file, every other module and package into a file of its own,
 * read when it is imported. All are CommonJS, which starts faster than ES modules. Of better-sqlite3 only the JavaScript is bundled. The new
 * files replace those in dist/ only when they load: a fault in src/ leaves a program that runs.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { compile, firstLine, run } from './bin/cached-require.js'

const nowhere = 'postgres://127.0.0.1:1/none'

/** The files and the commands that they are for. A module that commands of several files load is in `shared`, or in `main` if all do. */
const files = {
  main: ['--version'],
  shared: [],
  commands: ['user add c', 'follow a b', 'is-following a b', 'followers b', 'users', 'post b hello', 'timeline a', 'search hello'],
  migrations: ['db upgrade'],
  help: ['help'],
  // No server listens there: what the cache has of the driver is what it runs until it connects.
  postgres: [`--db ${nowhere} followers b`],
}

/** The folder of the build. It is beside dist/, so that packages are found from it as from there. */
const aside = resolve(`dist.${process.pid}`)
const main = join(aside, 'main.js')

const options = {
  platform: 'node',
  target: 'node20.19',
  // Removes half of the file. Names and lines are kept for readable stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 200,
  legalComments: 'none',
  logLevel: 'silent',
}

async function bundle({ build, transform }) {
  const program = {
    ...options,
    outdir: aside,
    entryPoints: { main: 'src/main.ts' },
    bundle: true,
    splitting: true,
    // Of a package that has both, its ES modules: the names that CommonJS exports are known only when it runs.
    mainFields: ['module', 'main'],
    format: 'esm',
    metafile: true,
    write: false,
    // The package with which better-sqlite3 locates its addon.
    external: ['bindings', 'pg-native', 'pg-cloudflare'],
    // By these pg tests for another platform, which would take 15 ms of start-up time.
    define: { Response: 'undefined', navigator: 'undefined' },
    plugins: [partOfKysely, leaveOut, deferChildProcess],
  }
  const { outputFiles, metafile } = await build(program)
  const modules = new Map()
  for (const { path, text } of outputFiles) modules.set(`./${basename(path)}`, await asFunction(transform, text))
  writeModules(modules, new Map())
  const fileOf = await findFiles().catch(async (error) => {
    if (error.cause === 'told') throw error
    const define = { 'import.meta.filename': JSON.stringify(main) }
    await build({ ...program, splitting: false, format: 'cjs', write: true, define, sourcemap: 'inline' })
    throw await locate(error)
  })
  writeModules(modules, fileOf)
  await writeCodeCaches()
  await writeManual()
  writeFileSync('THIRD-PARTY-NOTICES', collectNotices(Object.keys(metafile.inputs)))
  rmSync('dist', { recursive: true, force: true })
  renameSync(aside, 'dist')
}

/** An ES module as the source of a function that makes a CommonJS module. */
async function asFunction(transform, text) {
  const { code } = await transform(text, {
    ...options,
    format: 'cjs',
    // Compile `import()` to `require()`, so that the ES module loader is not started.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.filename': 'importMetaFilename' },
  })
  return `(module,exports,require,importMetaFilename)=>{${code}}`
}

/** Write each module to its file, or to one of its own. */
function writeModules(modules, fileOf) {
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside)
  const tables = { 'main.js': [] }
  for (const [name, source] of modules) {
    const file = name === './main.js' ? 'main.js' : fileOf.get(name)
    if (file) tables[file] = [...(tables[file] ?? []), `${JSON.stringify(name)}:${source}`]
    else writeSource(name, `module.exports=${source}`)
  }
  for (const [file, table] of Object.entries(tables)) {
    const modules = `{${table.join(',\n')}}`
    writeSource(file, file === 'main.js' ? loader(modules, fileOf) : `module.exports=${modules}`)
  }
}

/** The first line has a hash of the source, for the code cache. */
function writeSource(file, source) {
  if (/[^\0-\x7f]/.test(source)) throw new Error(`${file} is not ASCII, and bin/cached-require.js reads it as latin1`)
  writeFileSync(join(aside, file), `// build ${createHash('sha256').update(source).digest('hex')}\n${source}`)
}

/** The source of main.js: its own modules, in which files the others are, and a function that loads them. */
const loader = (modules, fileOf) => `const importMetaFilename=__filename
const tables={'main.js':${modules}}
const files=${JSON.stringify({ './main.js': 'main.js', ...Object.fromEntries(fileOf) })}
const loaded={}
function load(name){
  if(!name.startsWith('./'))return require(name)
  const known=loaded[name]
  if(known)return known.exports
  const module=loaded[name]={exports:{}}
  const file=files[name]
  const define=file?(tables[file]??=require('./'+file))[name]:require(name)
  define(module,module.exports,load,importMetaFilename)
  return module.exports
}
module.exports=load('./main.js')
`

/** The file of each module, by the commands that load it. Each module must be in a file of its own. */
async function findFiles() {
  const fileOf = new Map()
  await withDatabase(async (call) => {
    for (const [file, commands] of Object.entries(files)) {
      const { program, scripts } = start()
      for (const command of commands) await call(program, command)
      for (const name of scripts.keys()) {
        const isShared = file === 'migrations' && fileOf.get(name) === 'commands.js'
        fileOf.set(name, isShared ? 'shared.js' : (fileOf.get(name) ?? `${file}.js`))
      }
    }
  })
  return fileOf
}

/** Write V8's compiled code of each file, as far as its commands run it, to `<file>.cache` for bin/cached-require.js. */
async function writeCodeCaches() {
  for (const file of Object.keys(files)) {
    const { script, source } = await withDatabase(async (call) => {
      const { program, scripts } = start()
      for (const command of ['main', 'shared'].includes(file) ? files.commands : files[file]) await call(program, command)
      return scripts.get(`./${file}.js`)
    })
    writeFileSync(join(aside, `${file}.js.cache`), Buffer.concat([Buffer.from(firstLine(source)), script.createCachedData()]))
  }
}

const callAll = (program, env) =>
  withDatabase(async (call) => {
    for (const command of Object.values(files).flat()) await call(program, command)
  }, env)

/** Load the program. `scripts` are the files that it reads, by name. */
function start() {
  const scripts = new Map()
  const requireOther = createRequire(main)
  const load = (name) => {
    if (!name.startsWith('./')) return requireOther(name)
    const source = readFileSync(join(aside, name), 'latin1')
    // Compiled code keeps the name of its file, for stack traces.
    const file = resolve('dist', name)
    const script = compile(source, file)
    scripts.set(name, { script, source })
    return run(script, file, load)
  }
  return { scripts, program: load('./main.js') }
}

/**
 * Run `work` with a function that runs a command on a temporary database with two users and returns what it prints.
 * @throws Error, if the command fails, unless it looks for a server where none is
 */
async function withDatabase(work, env) {
  const folder = mkdtempSync(join(tmpdir(), 'microblog-build-'))
  const call = async (program, line) => {
    const printed = { stdout: '', stderr: '' }
    const output = (name) => ({ isTerminal: false, columns: 80, write: (text) => (printed[name] += text) })
    const io = {
      stdin: { isTerminal: false, async *chunks() {} },
      stdout: output('stdout'),
      stderr: output('stderr'),
      env: { ...env, MICROBLOG_DB: join(folder, 'warm.db') },
    }
    const code = await program.main(line.split(' '), io, resolve('migrations'))
    if (code === 0 || printed.stderr.startsWith(`error: ${nowhere}: no server answers there`)) return printed.stdout
    if (!printed.stderr.startsWith('error: unexpected:')) throw new Error(printed.stderr.replace(/^error: /, '').trim(), { cause: 'told' })
    const [stack = printed.stderr, message = stack] = /^\w*Error: (.*)[\s\S]*/m.exec(printed.stderr) ?? []
    throw Object.assign(new Error(message), { stack })
  }
  try {
    for (const command of ['db upgrade', 'user add a b']) await call(start().program, command)
    return await work(call)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Write the output of `microblog help --man` to the file that `man microblog` finds after a global install. */
const writeManual = () => withDatabase(async (call) => writeFileSync(join(aside, 'microblog.1'), await call(start().program, 'help --man')))

/** The error with its place in src/. The program must be in one file with a source map. */
async function locate(error) {
  process.setSourceMapsEnabled(true)
  const again = await callAll(createRequire(main)(main), { MICROBLOG_DEBUG: '1' }).catch((error) => error)
  const place = /\bsrc\/[\w./-]+:\d+/.exec(again?.stack)?.[0]
  return place ? new Error(`${place}: ${again.message}`) : error
}

/** Report a fault in src/ in one line, as other tools do: `src/models/schema.ts:37: text().chek is not a function`. */
function report(error) {
  const lines = (error.errors ?? []).map(({ location, text }) => (location ? `${location.file}:${location.line}: ${text}` : text))
  process.stderr.write(`error: ${(lines.length > 0 ? lines : [error.message]).join('\n  ')}\n  not built: dist/ is as it was\n`)
  process.exitCode = 1
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

/** Of Kysely only what is used: without this esbuild keeps all that it exports. PostgreSQL's parts are in a module of their own. */
const partOfKysely = {
  name: 'part-of-kysely',
  setup({ onResolve, onLoad }) {
    const resolveDir = resolve('node_modules/kysely/dist/esm')
    onResolve({ filter: /^kysely$/ }, ({ path, importer }) => ({
      path: importer.includes('/src/db/postgres/') ? 'postgres' : path,
      namespace: 'part',
    }))
    onLoad({ filter: /^kysely$/, namespace: 'part' }, () => ({
      resolveDir,
      contents: `
        export { Kysely } from './kysely.js'
        export { sql } from './raw-builder/sql.js'
        export { SqliteDialect } from './dialect/sqlite/sqlite-dialect.js'
        export { SqliteDriver } from './dialect/sqlite/sqlite-driver.js'`,
    }))
    onLoad({ filter: /^postgres$/, namespace: 'part' }, () => ({
      resolveDir,
      contents: `
        export { Kysely } from './kysely.js'
        export { sql } from './raw-builder/sql.js'
        export { PostgresDialect } from './dialect/postgres/postgres-dialect.js'`,
    }))
  },
}

/**
 * Leave out inquirer's editor prompt, which reads files in any encoding: seven eighths of inquirer's size, and never asked here. And Kysely's
 * builders of schemas, which here are SQL, and of MERGE, its plugin for schema names and its look at existing tables.
 */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    const leftOut = /^@inquirer\/editor$|\/(schema|with-schema-plugin|merge-query-builder|\w+-introspector)\.js$/
    onResolve({ filter: leftOut }, ({ path, importer }) =>
      /node_modules\/(kysely|@?inquirer)\//.test(importer) ? { path, namespace: 'left-out' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}' }))
  },
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

const esbuild = await import('esbuild').catch(() => undefined)
if (esbuild) {
  await bundle(esbuild).catch(report)
  rmSync(aside, { recursive: true, force: true })
} else {
  process.stderr.write('error: microblog is not built, because its development packages are not installed\n  install them:  npm ci\n')
  // The program may be there already, as in a package.
  if (!existsSync('dist/main.js')) process.exitCode = 1
}
