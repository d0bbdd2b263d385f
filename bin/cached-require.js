// Node 20 compiles a file anew at every start; later versions can keep the result (module.enableCompileCache), and this does it for 20.
const { readFileSync } = require('node:fs')
const Module = require('node:module')
const { Script } = require('node:vm')

/** `require(file)` with V8's code cache from `<file>.cache`, where there is one and it is of this very build and this version of V8. */
function cachedRequire(file) {
  // The build writes ASCII only, and as such it is read twice as fast.
  const source = readFileSync(file, 'latin1')
  return run(compile(source, file, readCache(source, file)), file)
}

/** V8 itself only compares the lengths of the two sources, so the cache begins with the source's first line, which names the build. */
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
