/**
 * The arguments of a command line, as a C program gets them. Source: CommandLineToArgvW, "Parsing C command-line
 * arguments": the first ends at its quote or at the first blank; in the others 2n backslashes before a quote are n, one
 * more makes the quote a character, and two quotes within quotes are one.
 */
export function splitCommandLine(line: string): string[] {
  const first = /^"([^"]*)"?|^[^ \t]*/.exec(line)
  if (first === null || line === '') return []
  const args = [first[1] ?? first[0]]
  let at = first[0].length
  for (;;) {
    while (line[at] === ' ' || line[at] === '\t') at++
    if (at >= line.length) return args
    let argument = ''
    let isQuoted = false
    while (at < line.length) {
      const character = line[at] as string
      if (!isQuoted && (character === ' ' || character === '\t')) break
      if (character === '\\') {
        let end = at
        while (line[end] === '\\') end++
        const count = end - at
        const isBeforeQuote = line[end] === '"'
        argument += '\\'.repeat(isBeforeQuote ? Math.floor(count / 2) : count)
        at = end
        if (isBeforeQuote && count % 2 === 1) {
          argument += '"'
          at++
        }
      } else if (character === '"') {
        if (isQuoted && line[at + 1] === '"') {
          argument += '"'
          at++
        } else isQuoted = !isQuoted
        at++
      } else {
        argument += character
        at++
      }
    }
    args.push(argument)
  }
}
