/** From a found migration to the text of its file. */
import { comment } from './spelling.ts'

export interface MigrationText {
  readonly message: string
  readonly upgrade: readonly string[]
  readonly downgrade: readonly string[]
}

/** The whole file: the message on the first line, then the two sections. A message of several lines becomes one. */
export function renderMigration({ message, upgrade, downgrade }: MigrationText): string {
  return [comment(message), '-- upgrade', ...upgrade.map(terminated), '', '-- downgrade', ...downgrade.map(terminated), ''].join('\n')
}

const terminated = (statement: string): string => `${statement};`
