/** The steps of a migration run as SQL, for a script. The statements are those that every engine understands. */
import type { Migration } from './files.ts'
import { comment } from './new-file.ts'
import type { Direction, RunPlan, Step } from './step.ts'

/** How an engine writes values. */
interface Dialect {
  /** The expression for the time, as in `schema_migrations`. */
  readonly now: string
  /** A text as a string literal. */
  literal(text: string): string
}

export const renderSteps = ({ steps, renumbered }: RunPlan, dialect: Dialect): string[] => [
  ...renumber(renumbered, dialect),
  ...steps.flatMap((step) => renderStep(step, dialect)),
]

function renderStep({ direction, from, to, migration }: Step, dialect: Dialect): string[] {
  const [first = '', ...others] = [...migration[direction].map(({ sql }) => sql), recordOf(direction, migration, dialect)]
  return [`\n-- Running ${direction} ${from} -> ${to}, ${migration.message}\n${first}`, ...others]
}

/** In two steps, because the new number of one migration can be the old number of another. */
function renumber(renumbered: RunPlan['renumbered'], { literal }: Dialect): string[] {
  if (renumbered.length === 0) return []
  const remarks = renumbered.map(({ row, file }) => comment(`${file.file} was applied as ${row.id}`))
  const ids = renumbered.map(({ row }) => literal(row.id)).join(', ')
  return [
    `\n${remarks.join('\n')}\nUPDATE schema_migrations SET id = 'old ' || id WHERE id IN (${ids})`,
    ...renumbered.map(({ row, file }) => `UPDATE schema_migrations SET id = ${literal(file.id)} WHERE id = ${literal(`old ${row.id}`)}`),
  ]
}

function recordOf(direction: Direction, { id, name, checksum }: Migration, { now, literal }: Dialect): string {
  if (direction === 'downgrade') return `DELETE FROM schema_migrations WHERE id = ${literal(id)}`
  const values = [id, name, checksum].map(literal).join(', ')
  return `INSERT INTO schema_migrations (id, name, checksum, applied_at, duration_ms) VALUES (${values}, ${now}, 0)`
}
