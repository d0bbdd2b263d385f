/** Runs the built program as a user other than root, because root ignores file permissions. */
import { microblog } from './process.ts'

export const isRoot = process.getuid?.() === 0

/** The user `nobody` when the tests run as root; otherwise the current user, who then also owns the files. */
export const nobody = isRoot ? { uid: 65534, gid: 65534 } : {}

export const asNobody = (argv: readonly string[], cwd: string) => microblog(argv, { cwd, user: nobody })

/** False when other users cannot read the checkout. */
export const canAskNobody = process.platform === 'linux' && (await asNobody(['--version'], '/')).code === 0
