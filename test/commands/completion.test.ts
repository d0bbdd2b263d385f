import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { hasProgram, installed } from '../support/installed.ts'
import { emptyWorld, type Run, world } from '../support/run.ts'

/** The candidates for the last word of a line; a trailing space starts a new, empty word. */
const offered = async (run: Run, line: string) => {
  const { code, stdout, stderr } = await run(['complete', '--', ...line.split(' ')])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.split('\n').flatMap((row) => row.split('\t')[0] || [])
}

describe('completion', () => {
  it.each([
    ['fol', ['follow', 'followers', 'following']],
    ['db up', ['upgrade']],
    ['user ', ['add', 'show', 'list', 'edit', 'check', 'remove']],
    ['user rm a', ['alice', 'Amy']],
    ['follow al', ['alice']],
    ['follow alice b', ['bob']],
    ['follow alice bob @b', ['@bob']],
    ['--color ', ['auto', 'always', 'never']],
    ['--db x.db follo', ['follow', 'followers', 'following']],
    ['followers --sort f', ['followers', 'following']],
    ['followers alice --and b', ['bob']],
    ['followers -- b', ['bob']],
    ['followers --for', ['--format']],
    ['followers alice --format = c', ['csv']],
    ['export ', ['follows', 'users', 'posts']],
    ['import --type u', ['users']],
    ['import ', [':files']],
    ['--db ', [':files']],
    ['completion ', ['bash', 'zsh', 'fish', 'pwsh']],
    ['help exit', ['exit-codes']],
    ['help db ', []],
    ['user add a', []],
    ['nonsense a', []],
    ['db upgrade 000', ['0001', '0002', '0003', '0004', '0005']],
    ['db stamp h', ['head']],
    ['users --format=j', ['--format=json']],
    ['users --fields=username,fo', ['--fields=username,followers', '--fields=username,following']],
    ['users --fields id,e', ['id,email']],
    ['path alice b', ['bob']],
  ])('completes %j with %j', async (line, words) => {
    const { run } = await world('alice', 'Amy', 'bob')
    expect(await offered(run, line)).toEqual(words)
  })

  it('offers to follow only those not yet followed, and to unfollow only those followed', async () => {
    const { run } = await world('alice', 'bob', 'carol')
    await run('follow alice bob')
    expect(await offered(run, 'follow alice ')).toEqual(['carol'])
    expect(await offered(run, 'unfollow @alice ')).toEqual(['bob'])
    expect(await offered(run, 'follow nobody ')).toEqual(['alice', 'bob', 'carol'])
  })

  it('offers usernames from the database given by --db, and none when no database exists', async () => {
    const { run, db } = await world('alice')
    const other = emptyWorld()
    expect(await offered(other.run, 'follow ')).toEqual([])
    expect(await offered(other.run, `--db ${db} follow `)).toEqual(['alice'])
    expect(await offered(other.run, `--db=${db} follow `)).toEqual(['alice'])
    expect(await offered(run, 'follow ')).toEqual(['alice'])
  })
})

/** For each shell a script that completes its arguments and prints `COMPLETE: a b c`. */
const drivers = {
  bash: `eval "$(microblog completion bash)"
    COMP_WORDS=(microblog "$@"); COMP_CWORD=$#; _microblog; echo "COMPLETE: \${COMPREPLY[*]}"`,
  zsh: `zmodload zsh/zpty; zpty it zsh -f -i
    zpty -w it 'PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -d $PWD/.zcompdump; eval "$(microblog completion zsh)"; bindkey "^I" complete-word; compadd() { local -a found; builtin compadd -O found "$@"; print -r -- "COMPLETE: $found"; builtin compadd "$@" }; print READY'
    while zpty -r it line; do [[ $line == *READY[[:cntrl:]]* ]] && break; done
    zpty -w -n it "microblog $*"$'\\t'
    repeat 40 { zpty -r -t it line && [[ $line == *COMPLETE:* ]] && { print -r -- "$line"; break }; sleep 0.1 }
    zpty -d it`,
  fish: `microblog completion fish | source
    echo COMPLETE: (complete -C "microblog $argv" | string replace -r '\\t.*' '')`,
}

describe.each(Object.entries(drivers))('completion in %s', (shell, driver) => {
  it.skipIf(!hasProgram(shell))(
    'offers commands and usernames',
    async () => {
      const { folder, db } = await world('alice', 'alan', 'bob')
      const env = installed({ MICROBLOG_DB: db })
      const ask = (...words: string[]) => {
        const argv = shell === 'fish' ? ['--no-config', '-c', driver, ...words] : ['-c', driver, shell, ...words]
        const { stdout, stderr } = spawnSync(shell, argv, { cwd: folder, env, encoding: 'utf8', timeout: 20_000 })
        return /COMPLETE: ([^\r\n]*)/.exec(stdout)?.[1]?.trim().split(/\s+/).sort() ?? stdout + stderr
      }
      expect(ask('follow', 'al')).toEqual(['alan', 'alice'])
      expect(ask('import', '--type', 'f')).toEqual(['follows'])
      expect(ask('unf')).toEqual(['unfollow'])
    },
    60_000,
  )
})

describe('the completion scripts', () => {
  it.each(['bash', 'zsh', 'fish', 'pwsh'])('pass the typed words to the program without eval in %s', async (shell) => {
    const { run } = emptyWorld()
    const { code, stdout } = await run(['completion', shell])
    expect(code).toBe(0)
    expect(stdout).toContain('microblog complete -- ')
    expect(stdout.replace(/^#.*$/gm, '')).not.toMatch(/\beval\b/)
  })

  it('exit 2 for another shell', async () => {
    expect((await emptyWorld().run('completion tcsh')).code).toBe(2)
  })
})
