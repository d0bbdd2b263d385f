/** Reads `~/.pgpass`, or the file that PGPASSFILE names. `found` gets undefined if no line fits. */
declare module 'pgpass' {
  function pgpass(parameters: object, found: (password: string | undefined) => void): void
  export = pgpass
}
