/** Runs the built program as a user whom file permissions hold for, which they do not for root. */
import { microblog } from './process.ts'

export const isRoot = process.getuid?.() === 0

/** For root another user; anybody else asks under their own name, and owns what is read. */
export const nobody = isRoot ? { uid: 65534, gid: 65534 } : {}

export const asNobody = (argv: readonly string[], cwd: string) => microblog(argv, { cwd, user: nobody })

/** Not where the checkout itself is hidden from others. */
export const canAskNobody = process.platform === 'linux' && (await asNobody(['--version'], '/')).code === 0
