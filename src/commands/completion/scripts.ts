/** Completion scripts. They call `microblog complete -- <words>` and pass the typed words as arguments, so nothing typed is evaluated. */

export const shells = ['bash', 'zsh', 'fish', 'pwsh'] as const
type Shell = (typeof shells)[number]

const bash = `# microblog completion for bash:  eval "$(microblog completion bash)"
_microblog() {
  local word description
  COMPREPLY=()
  while IFS=$'\\t' read -r word description; do
    if [[ $word == :files ]]; then
      compopt -o default
      return
    fi
    COMPREPLY+=("$word")
  done < <(microblog complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _microblog microblog
`

const zsh = `#compdef microblog
# microblog completion for zsh:  eval "$(microblog completion zsh)"
_microblog() {
  local line description
  local -a lines candidates
  lines=("\${(@f)$(microblog complete -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  if [[ $lines[1] == :files ]]; then
    _files
    return
  fi
  for line in $lines; do
    description="\${line#*$'\\t'}"
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}\${description:+:$description}")
  done
  (( $#candidates )) && _describe microblog candidates
}
if [[ $funcstack[1] == _microblog ]]; then
  _microblog "$@"
else
  (( $+functions[compdef] )) || { autoload -U compinit && compinit }
  compdef _microblog microblog
fi
`

const fish = `# microblog completion for fish:  microblog completion fish | source
function __microblog_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (microblog complete -- $words[2..-1] "$current" 2>/dev/null)
    if test "$lines[1]" = :files
        __fish_complete_path "$current"
    else if set -q lines[1]
        printf '%s\\n' $lines
    end
end
complete -c microblog -f -a '(__microblog_complete)'
`

const pwsh = `# microblog completion for PowerShell:  microblog completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName microblog -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } \
| Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
    microblog complete -- @words "$wordToComplete" 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
        $word, $description = $_ -split "\`t", 2
        if (-not $description) { $description = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $description)
    }
}
`

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, pwsh }
