import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { koffiOrNull } from '../ffi.ts'
import { parseReplacedLibraries } from './tables.ts'

const MAPS = `\
55d0c0a00000-55d0c0a2c000 r--p 00000000 fe:01 100                        /usr/bin/program (deleted)
55d0c0a2c000-55d0c0af0000 r-xp 0002c000 fe:01 100                        /usr/bin/program (deleted)
7f1000000000-7f1000028000 r--p 00000000 fe:01 200                        /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
7f1000028000-7f10001bd000 r-xp 00028000 fe:01 200                        /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
7f1000200000-7f1000328000 r-xp 00028000 fe:01 201                        /usr/lib/x86_64-linux-gnu/libc.so.6
7f1000400000-7f1000428000 rw-p 00000000 fe:01 202                        /var/cache/data (deleted)
7f1000500000-7f1000528000 rwxs 00000000 00:01 203                        /memfd:jit (deleted)
7f1000600000-7f1000628000 r-xp 00000000 00:00 0                          [vdso]
7f1000700000-7f1000728000 r-xp 00000000 fe:01 204                        /opt/my app/lib (old).so (deleted)
`

test('libraries with code whose files are gone, with the program, without data and memory', () => {
  expect(parseReplacedLibraries(MAPS)).toEqual([
    '/opt/my app/lib (old).so',
    '/usr/bin/program',
    '/usr/lib/x86_64-linux-gnu/libssl.so.3',
  ])
})

test.runIf(process.platform === 'linux' && koffiOrNull() !== null)(
  'a library that this process has loaded and that is gone since',
  () => {
    const libc = /\s(\/\S*libc\.so\.6)$/m.exec(readFileSync('/proc/self/maps', 'utf8'))?.[1]
    const folder = mkdtempSync(path.join(tmpdir(), 'library-'))
    const copy = path.join(folder, 'libmine.so')
    copyFileSync(path.join(path.dirname(libc ?? ''), 'libm.so.6'), copy)
    const library = koffiOrNull()?.load(copy)
    rmSync(folder, { recursive: true })
    expect(parseReplacedLibraries(readFileSync('/proc/self/maps', 'utf8'))).toContain(copy)
    library?.unload()
  },
)
