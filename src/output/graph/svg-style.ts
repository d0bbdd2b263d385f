/** The colours of an SVG. Only plain rules: librsvg and Inkscape know no `var()`. */
const light = `
.page{fill:#fff}
.follows{stroke:#87959d}
.follow-head{fill:#87959d}
.mutual{stroke:#1d6f8f}
.mutual-head{fill:#1d6f8f}
.users rect{fill:#e6f2f7;stroke:#1d6f8f}
.users circle{fill:#4b9cbb;stroke:#fff}
.users text{fill:#102a35}
.asked rect{fill:#ffd98a;stroke:#b26b00}`

const dark = `
.page{fill:#10171b}
.follows{stroke:#75858e}
.follow-head{fill:#75858e}
.mutual{stroke:#4fb3d9}
.mutual-head{fill:#4fb3d9}
.users rect{fill:#173a49;stroke:#4fb3d9}
.users circle{fill:#3d94b5;stroke:#10171b}
.users text{fill:#eaf6fb}
.asked rect{fill:#7a4b00;stroke:#ffc04d}`

/** The style sheet of a picture with so many lines. Many lines are faint: where they are dense they would be one dark patch. */
export const styleSheet = (lines: number): string => `<style>
.users text{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;text-anchor:middle}
.follows path,.mutual path{opacity:${Math.min(1, 14 / Math.sqrt(lines)).toFixed(3)}}
.follows path{marker-end:url(#follow-head)}
.mutual path{marker-start:url(#mutual-head);marker-end:url(#mutual-head)}${light}
@media (prefers-color-scheme:dark){${dark}
}
</style>
<defs>
${arrowHead('follow-head')}${arrowHead('mutual-head')}</defs>
`

function arrowHead(name: string): string {
  const size = 'viewBox="0 0 7 6" refX="7" refY="3" markerWidth="7" markerHeight="6" markerUnits="userSpaceOnUse"'
  return `<marker id="${name}" class="${name}" ${size} orient="auto-start-reverse"><path d="M0 0L7 3L0 6z"/></marker>\n`
}
