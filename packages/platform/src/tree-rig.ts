/** A small tree of files for tests of what reads them; nothing is mocked. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

type Files = Record<string, string | Buffer>

export interface Tree extends Disposable {
  root: string
  write(files: Files): void
}

/** Text is the content of a file; `-> target` makes a link. */
export function tree(files: Files): Tree {
  const root = mkdtempSync(path.join(tmpdir(), 'tree-'))
  const write = (entries: Files) => {
    for (const [name, content] of Object.entries(entries)) {
      const file = path.join(root, name)
      mkdirSync(path.dirname(file), { recursive: true })
      if (typeof content === 'string' && content.startsWith('-> '))
        symlinkSync(content.slice(3), file)
      else writeFileSync(file, content)
    }
  }
  write(files)
  return { root, write, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) }
}
