// A compile cache for Node 20, which has no module.enableCompileCache.
const { readFileSync } = require('node:fs')
const Module = require('node:module')
const { Script } = require('node:vm')

/** `require(file)` with V8's code cache from `<file>.cache`. A cache from another build or version of V8 is ignored. */
function cachedRequire(file) {
  // The build writes ASCII only. Reading it as latin1 is twice as fast as UTF-8.
  const source = readFileSync(file, 'latin1')
  return run(compile(source, file, readCache(source, file)), file)
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

function run(script, file) {
  const module = { exports: {} }
  script
    .runInThisContext()
    .call(module.exports, module.exports, Module.createRequire(file), module, file, require('node:path').dirname(file))
  return module.exports
}

module.exports = { cachedRequire, compile, firstLine, run }
