import { xmlText } from './xml.ts'

type Chunks<Row> = AsyncIterable<readonly Row[]>

const start = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="label" for="node" attr.name="label" attr.type="string"/>
<graph id="microblog" edgedefault="directed">
`

/** GraphML (http://graphml.graphdrawing.org), an element a line. Gephi and igraph show `label`; NetworkX names nodes by `id`. */
export async function* graphml(
  users: Chunks<{ readonly username: string }>,
  follows: Chunks<{ readonly follower: string; readonly followed: string }>,
): AsyncGenerator<string> {
  yield start
  for await (const chunk of users) yield chunk.map(({ username }) => node(xmlText(username))).join('')
  for await (const chunk of follows)
    yield chunk.map(({ follower, followed }) => `<edge source="${xmlText(follower)}" target="${xmlText(followed)}"/>\n`).join('')
  yield '</graph>\n</graphml>\n'
}

const node = (name: string): string => `<node id="${name}"><data key="label">${name}</data></node>\n`
