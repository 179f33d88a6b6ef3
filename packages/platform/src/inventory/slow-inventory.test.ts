import { expect, test } from 'vitest'
import { readSlowInventory, type InventorySource } from './slow-inventory.ts'

const source: InventorySource = {
  memLayout: () =>
    Promise.resolve([
      {
        size: 17179869184,
        bank: 'BANK 0',
        type: 'DDR5',
        clockSpeed: 5600,
        manufacturer: 'Unknown',
      },
      { size: 0, bank: 'BANK 1', type: 'Empty', clockSpeed: null },
    ]),
  system: () => Promise.resolve({ manufacturer: 'LENOVO', model: '-' }),
  bios: () => Promise.resolve({ version: '' }),
}

test('empty slots are no modules, and its words for unknown are null', async () => {
  expect(await readSlowInventory(() => Promise.resolve(source))).toEqual({
    modules: [
      {
        slot: 'BANK 0',
        sizeBytes: 17179869184,
        type: 'DDR5',
        speedMts: 5600,
        manufacturer: null,
      },
    ],
    board: { manufacturer: 'LENOVO', model: null, bios: null },
  })
})

test('a helper that hangs or breaks leaves the facts unknown and nothing else', async () => {
  const nothing = { modules: [], board: null }
  const hangs = { ...source, bios: () => new Promise<never>(() => {}) }
  expect(await readSlowInventory(() => Promise.resolve(hangs), 1)).toEqual(nothing)
  const breaks = { ...source, system: () => Promise.reject(new Error('spawn E2BIG')) }
  expect(await readSlowInventory(() => Promise.resolve(breaks))).toEqual(nothing)
})
