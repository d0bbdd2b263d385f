import { Command } from '../cli/command.ts'
import { choiceArgument } from '../cli/options.ts'
import type { Context } from '../context.ts'
import { scripts, shells } from './completion/scripts.ts'

export const completion = (context: Context) =>
  new Command('completion')
    .summary('print the completion script for a shell')
    .description('Print the script that completes commands, options and usernames when you press Tab.')
    .addArgument(choiceArgument('<shell>', 'bash, zsh, fish or pwsh', 'shell', shells))
    .example('eval "$(microblog completion bash)"', 'in ~/.bashrc; zsh alike')
    .example('microblog completion fish | source', 'in ~/.config/fish/config.fish')
    .example('microblog completion pwsh | Out-String | Invoke-Expression', 'in $PROFILE')
    .action((shell) => context.write(scripts[shell]))
