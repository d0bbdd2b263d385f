/** `npm run bench`, and `npm run bench -- large` for the network of ten million follows. The networks are kept in the folder for temporary files. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchGraph } from './graph.ts'
import { large, small } from './network.ts'

benchGraph(join(tmpdir(), 'microblog-bench-small.db'), small)
if (process.argv.includes('large')) benchGraph(join(tmpdir(), 'microblog-bench-large.db'), large)
