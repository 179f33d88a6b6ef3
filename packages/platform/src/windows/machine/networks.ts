import { networkInterfaces } from 'node:os'
import type { UnknownReason } from '@taskmanager/contracts'
import type { NetworkSample } from '../../machine.ts'
import type { AddressesOf } from '../../linux/network-links.ts'
import type { InterfaceCalls } from './interface-calls.ts'
import { unknownReason } from '../result-codes.ts'
import { parseInterface, parseInterfaces, type InterfaceRow } from './parse-interfaces.ts'

/**
 * Interfaces with their counters: which there are is looked for beside the tick, since Windows lists dozens that are
 * none to a person (drivers that filter another's packets, mini ports that nothing uses).
 */
export class WindowsNetworks {
  readonly #calls: InterfaceCalls
  readonly #addressesOf: AddressesOf
  /** Why there is none, as far as the last look told. */
  missing: UnknownReason = 'not_reported'
  #known: { row: InterfaceRow; addresses: string[] }[] = []

  constructor(calls: InterfaceCalls, addressesOf: AddressesOf = networkInterfaces) {
    this.#calls = calls
    this.#addressesOf = addressesOf
  }

  async refresh(): Promise<void> {
    const table = await this.#calls.table()
    this.missing = table.kind === 'ok' ? 'not_reported' : unknownReason(table)
    if (table.kind !== 'ok') return
    const addresses = this.#addressesOf()
    this.#known = chooseInterfaces(parseInterfaces(table.value)).map((row) => ({
      row,
      addresses: (addresses[row.alias] ?? []).map(({ cidr, address }) => cidr ?? address),
    }))
  }

  /** One question for each; an interface that has gone since is left out. */
  read(): NetworkSample[] {
    const current = this.#known.flatMap(({ row: { index }, addresses }) => {
      const answer = this.#calls.row(index)
      const row = answer.kind === 'ok' ? parseInterface(answer.value) : null
      return row === null ? [] : [{ row, addresses }]
    })
    const hardwareOnly = current.some(({ row }) => row.hardware && row.kind !== 'loopback')
    return current.map(({ row, addresses }) => ({
      id: row.alias === '' ? row.description : row.alias,
      kind: row.kind,
      counted: row.kind !== 'loopback' && (!hardwareOnly || row.hardware),
      up: row.up,
      linkBitsPerSecond: row.linkBitsPerSecond,
      signalDbm: null,
      mac: row.mac,
      addresses,
      recvBytes: row.recvBytes,
      sentBytes: row.sentBytes,
      recvPackets: row.recvPackets,
      sentPackets: row.sentPackets,
      errors: row.errors,
      drops: row.drops,
    }))
  }
}

/** Hardware, and of the rest what is up; once by name. */
export function chooseInterfaces(rows: readonly InterfaceRow[]): InterfaceRow[] {
  const chosen = rows.filter(({ filter, hardware, up }) => !filter && (hardware || up))
  return [...new Map(chosen.map((row) => [row.alias || row.description, row])).values()]
}
