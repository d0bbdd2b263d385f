import { Argument } from 'commander'
import { Command } from '../command/command.ts'
import { type Shell, scripts, shells } from '../command/completion/scripts.ts'
import type { Context } from '../context.ts'

export const completion = (context: Context) =>
  new Command('completion')
    .summary('print the completion script for a shell')
    .description('Print the script that completes commands, options and usernames when you press Tab.')
    .addArgument(new Argument('<shell>', 'bash, zsh, fish or pwsh').choices(shells))
    .example('eval "$(microblog completion bash)"', 'in ~/.bashrc; zsh alike')
    .example('microblog completion fish | source', 'in ~/.config/fish/config.fish')
    .example('microblog completion pwsh | Out-String | Invoke-Expression', 'in $PROFILE')
    .action((shell: Shell) => context.io.stdout.write(scripts[shell]))
