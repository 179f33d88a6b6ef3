import { expect, test } from 'vitest'
import { ATA } from '../../drives/ata-commands.ts'
import { windowsDoor } from './windows-door.ts'

// Wine has no drive to ask: what it says instead is what is looked at.
test('a drive that is not there, or a driver that knows no such question, is no crash', async () => {
  const door = windowsDoor()
  for (const id of ['PhysicalDrive63', 'NUL', 'C:']) {
    const drive = await door?.open(id)
    expect(['refused', 'failed', 'denied']).toContain((await drive?.nvmeLog(2, 512))?.kind)
    expect(['refused', 'failed', 'denied']).toContain((await drive?.ata(ATA.identify))?.kind)
    await drive?.close()
  }
})
