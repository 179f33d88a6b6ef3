import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { win32 as path } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createStartup } from '../../startup/create-startup.ts'
import { REG, windowsRegistry } from '../registry.ts'
import { startupFolders } from './windows-startup.ts'

const RUN = String.raw`Software\Microsoft\Windows\CurrentVersion\Run`
const folder = startupFolders(process.env).user ?? ''
const script = path.join(folder, 'task-manager-pro-test.cmd')

const startWith = (line: string) =>
  windowsRegistry()?.write('user', RUN, {
    name: 'TaskManagerProTest',
    type: REG.text,
    bytes: Buffer.from(`${line}\0`, 'utf16le'),
  })
startWith(String.raw`"C:\windows\system32\cmd.exe" /c exit`)
mkdirSync(folder, { recursive: true })
writeFileSync(script, 'rem')
afterAll(() => {
  rmSync(script)
  startWith('') // the machine is kept, and starts nothing
})

const startup = await createStartup({ elevated: false, ownerUid: null })
const named = async (name: string) =>
  (await startup?.list())?.items.find((item) => item.name === name)

test.each(['TaskManagerProTest', 'task-manager-pro-test'])(
  '%s is listed, switched off and on again',
  async (name) => {
    const item = await named(name)
    expect(item).toMatchObject({ scope: 'you', state: 'enabled', fixed: null })
    const id = item?.id ?? ''
    expect(await startup?.act({ id, action: 'disable', expiresAtMs: undefined })).toMatchObject({
      result: 'done',
      state: 'disabled',
    })
    expect(await named(name)).toMatchObject({ state: 'disabled' })
    expect(await startup?.act({ id, action: 'enable', expiresAtMs: undefined })).toMatchObject({
      result: 'done',
      state: 'enabled',
    })
  },
)

test('with elevated rights nothing is switched', async () => {
  const elevated = await createStartup({ elevated: true, ownerUid: null })
  const id = (await named('TaskManagerProTest'))?.id ?? ''
  expect(await elevated?.act({ id, action: 'disable', expiresAtMs: undefined })).toMatchObject({
    result: 'protected',
  })
})
