#!/usr/bin/env node
// This file and dist/ are CommonJS, because Node starts it several milliseconds faster than ES modules.
const { enableCompileCache } = require('node:module')

enableCompileCache?.()
const program = enableCompileCache
  ? require('../dist/main.js')
  : require('./cached-require.js').cachedRequire(require.resolve('../dist/main.js'))
program.main(process.argv.slice(2), program.processIo()).then((exitCode) => {
  process.exitCode = exitCode
})
