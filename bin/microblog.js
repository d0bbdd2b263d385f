#!/usr/bin/env node
// CommonJS, and so is what it loads: Node is ready for that several milliseconds sooner than for ES modules.
const { enableCompileCache } = require('node:module')

enableCompileCache?.()
const program = enableCompileCache
  ? require('../dist/main.js')
  : require('./cached-require.js').cachedRequire(require.resolve('../dist/main.js'))
program.main(process.argv.slice(2), program.processIo()).then((exitCode) => {
  process.exitCode = exitCode
})
