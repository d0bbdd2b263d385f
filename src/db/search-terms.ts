/**
 * Reads the terms and operators of a search. An index of words cannot find all of them: `#tags`, `@names`, and words in scripts without
 * blanks between words.
 */

/** A `word` is left to the index. */
export interface Term {
  readonly kind: 'word' | 'tag' | 'substring'
  readonly text: string
  /** `begin*` */
  readonly isPrefix: boolean
}

type Operator = 'AND' | 'OR' | 'NOT' | '(' | ')'

/** Operators, and runs of terms that must all match. */
export type Expression = readonly (Operator | readonly Term[])[]

/** FTS5 takes a whole run of such letters for one word, and drops pictographs. */
const unsegmented =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{Extended_Pictographic}]/u

const tag = /^(?:#[\p{L}\p{N}\p{M}_\u200c\u200d]+|@\w(?:[\w.-]*\w)?)(?=[^\p{L}\p{N}]*$)/u

const quotedName = /^@\w[\w.-]*$/

const operator = /^(?:AND|OR|NOT|[()])$/

/** The query as an expression, or undefined if FTS5 can do it alone. */
export function parseQuery(query: string): Expression | undefined {
  if (!/[#@]/.test(query) && !unsegmented.test(query)) return undefined
  const expression = readQuery(query)
  return termsOf(expression).some(({ kind }) => kind !== 'word') ? expression : undefined
}

/** The query as an expression, which may be invalid: an operator may lack a term, or a parenthesis its partner. */
export function readQuery(query: string): Expression {
  const expression: (Operator | Term[])[] = []
  for (const [word] of query.matchAll(/"(?:[^"]|"")*"\*?|[()]|[^\s()]+/g)) {
    const last = expression.at(-1)
    const terms = operator.test(word) ? [] : readTerm(word)
    if (operator.test(word)) expression.push(word as Operator)
    else if (Array.isArray(last)) last.push(...terms)
    else if (terms.length > 0) expression.push(terms)
  }
  return expression
}

/** An invalid expression as terms: its operators are words like others. */
export const wordsOf = (expression: Expression): Term[] =>
  expression.flatMap((part) => {
    if (typeof part !== 'string') return part
    return part === '(' || part === ')' ? [] : [{ kind: 'word', text: part, isPrefix: false }]
  })

export const termsOf = (expression: Expression): Term[] => expression.flatMap((part) => (typeof part === 'string' ? [] : part))

/** One term, or none if no text could match it. */
function readTerm(word: string): Term[] {
  const [, phrase, bare = ''] = /^"(.*)"\*?$|^(.*?)\*?$/s.exec(word) ?? []
  const text = phrase?.replaceAll('""', '"') ?? bare.replaceAll('"', '')
  const isPrefix = word.endsWith('*')
  // Quoted, a name is meant as it stands; else what a sentence ends with is not part of it.
  const [found] = (phrase === undefined ? tag : quotedName).exec(text) ?? tag.exec(text) ?? []
  if (found) return [{ kind: 'tag', text: found, isPrefix }]
  if (unsegmented.test(text)) return [{ kind: 'substring', text, isPrefix: false }]
  return /[\p{L}\p{N}]/u.test(text) ? [{ kind: 'word', text, isPrefix }] : []
}

/** Whether a text has a tag or a name as a whole word, or one that begins with it, ignoring case and accents as FTS5 does. */
export function tagTest({ text: term, isPrefix }: Term): (text: string) => boolean {
  const word = String.raw`[\p{L}\p{N}\p{M}_\u200c\u200d]`
  const goesOn = term.startsWith('#') ? word : String.raw`${word}|[.-]+\w`
  const pattern = new RegExp(`(?<!${word})${fold(term).replaceAll('.', String.raw`\.`)}${isPrefix ? '' : `(?!${goesOn})`}`, 'u')
  return (text) => pattern.test(fold(text))
}

const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
