// A compile cache for Node 20, which has no module.enableCompileCache.
const { readFileSync } = require('node:fs')
// As in microblog.js.
const Module = module.constructor
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')

/** `require(file)` with V8's code cache from `<file>.cache`. A cache from another build or version of V8 is ignored. */
function cachedRequire(file) {
  // The build writes ASCII only. Reading it as latin1 is twice as fast as UTF-8.
  const source = readFileSync(file, 'latin1')
  return run(compile(source, file, readCache(source, file)), file, requireBeside(file))
}

/**
 * The cached data, if it belongs to this source. V8 compares only the length of the source, so the cache file begins with the source's
 * first line, which holds a hash of the build.
 */
function readCache(source, file) {
  const buildLine = Buffer.from(firstLine(source))
  try {
    const bytes = readFileSync(`${file}.cache`)
    return bytes.subarray(0, buildLine.length).equals(buildLine) ? bytes.subarray(buildLine.length) : undefined
  } catch {
    return undefined
  }
}

const firstLine = (source) => source.slice(0, source.indexOf('\n') + 1)

const compile = (source, filename, cachedData) => new Script(Module.wrap(source), { filename, cachedData })

/** Requires the files beside `file` with their caches, and everything else as Node does. */
function requireBeside(file) {
  const require = Module.createRequire(file)
  return (name) => (name.startsWith('./') ? cachedRequire(join(dirname(file), name)) : require(name))
}

function run(script, file, require) {
  const module = { exports: {} }
  script.runInThisContext().call(module.exports, module.exports, require, module, file, dirname(file))
  return module.exports
}

module.exports = { cachedRequire, compile, firstLine, run }
