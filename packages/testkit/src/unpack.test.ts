import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { RecordedEntry } from './archive.ts'
import { readRecording, recordings, unpack } from './unpack.ts'

test('there are recordings of several shapes', () => {
  expect(recordings()).toEqual(expect.arrayContaining(['container', 'debian-12-vm', 'hidepid-2']))
})

test.each(recordings())('%s unpacks to what was recorded', async (name) => {
  await using machine = await unpack(name)
  const { entries } = readRecording(name)
  for (const entry of entries) {
    // A string would do for the paths, but targets and contents are bytes.
    const [unpacked, recorded] = await bothForms(path.join(machine.root, entry.path), entry)
    expect(unpacked).toBe(recorded)
  }
  const pids = (await readdir(machine.procRoot)).filter((entry) => /^\d+$/.test(entry))
  expect(pids.length).toBeGreaterThan(0)
  expect(pids).toContain(await readlink(path.join(machine.procRoot, 'self')))
})

async function bothForms(file: string, entry: RecordedEntry): Promise<[string, string]> {
  switch (entry.kind) {
    case 'link':
      return [await readlink(file, 'latin1'), entry.target]
    case 'file':
      return [await readFile(file, 'latin1'), entry.content.toString('latin1')]
    case 'dir':
      return [String((await lstat(file)).isDirectory()), 'true']
    case 'denied':
      return ['', ''] // see the test below
  }
}

test('a refused file refuses everybody', async () => {
  await using machine = await unpack('unprivileged')
  const refused = readRecording('unprivileged').entries.filter((entry) => entry.kind === 'denied')
  expect(refused.length).toBeGreaterThan(0)
  for (const { path: file } of refused) {
    await expect(readFile(path.join(machine.root, file))).rejects.toMatchObject({ code: 'EACCES' })
  }
})

test('nothing tells about the place of the recording', async () => {
  for (const name of recordings()) {
    for (const entry of readRecording(name).entries) {
      const text = entry.kind === 'file' ? entry.content.toString('latin1') : JSON.stringify(entry)
      expect(text).not.toMatch(/\/(work|farm|root)\b(?!")|\/tmp\//)
      expect(entry.path).not.toMatch(/environ$/)
    }
  }
})

test('disposing removes the files', async () => {
  const machine = await unpack('container')
  await machine[Symbol.asyncDispose]()
  await expect(lstat(machine.root)).rejects.toMatchObject({ code: 'ENOENT' })
})
