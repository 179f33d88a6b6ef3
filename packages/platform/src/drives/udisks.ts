import { BUS_ITSELF, DBusError, NoBusError, type Bus } from '../dbus/dbus-connection.ts'
import { textOf, type DBusValue } from '../dbus/dbus-values.ts'
import type { Told } from './ask-drive.ts'
import { udisksAtaFacts, udisksNvmeFacts, type Properties } from './udisks-facts.ts'

/** Another program of this machine that asks the drives, and tells anybody. */
export interface DriveDaemon {
  /** null: it does not run, or knows nothing of this disk. */
  ask(id: string, isRotating: boolean): Promise<Told | null>
}

const UDISKS = 'org.freedesktop.UDisks2'
const NO_OBJECT = '/'

/**
 * Health that the daemon of desktops for drives has read: UDisks asks them every ten minutes, and leaves those that
 * sleep. Only what it has already read is asked for, so that no drive is touched, and the daemon is not started for it.
 * Source: UDisks Reference Manual, D-Bus API: org.freedesktop.UDisks2.Drive.Ata and .NVMe.Controller.
 */
export function udisks(openBus: () => Promise<Bus>): DriveDaemon {
  return {
    async ask(id, isRotating) {
      try {
        using bus = await openBus()
        const [runs] = await bus.call({
          ...BUS_ITSELF,
          member: 'NameHasOwner',
          signature: 's',
          body: [UDISKS],
        })
        return runs === true ? await askRunning(bus, id, isRotating) : null
      } catch (error) {
        // Not there, not permitted, or it did not answer: as if there were none.
        if (error instanceof NoBusError || error instanceof DBusError) return null
        throw error
      }
    },
  }
}

async function askRunning(bus: Bus, id: string, isRotating: boolean): Promise<Told | null> {
  const [objects] = await bus.call({
    destination: UDISKS,
    path: '/org/freedesktop/UDisks2',
    interface: 'org.freedesktop.DBus.ObjectManager',
    member: 'GetManagedObjects',
  })
  const drivePath = driveOf(objects, id)
  const drive = mapOf(mapOf(objects).get(drivePath))
  const interfaces = { ata: `${UDISKS}.Drive.Ata`, nvme: `${UDISKS}.NVMe.Controller` }
  const ata = propertiesOf(drive.get(interfaces.ata))
  const nvme = propertiesOf(drive.get(interfaces.nvme))
  const attributesOf = (from: string) => smartAttributes(bus, drivePath, from)
  if (ata !== null) {
    if (ata.get('SmartSupported') !== true) return { state: 'not_reported' }
    if (ata.get('SmartEnabled') !== true) return { state: 'off' }
    return toldAt(ata, async () =>
      udisksAtaFacts(ata, await attributesOf(interfaces.ata), isRotating),
    )
  }
  if (nvme === null) return null
  return toldAt(nvme, async () => udisksNvmeFacts(nvme, await attributesOf(interfaces.nvme)))
}

/** When it has not read the drive yet, zeros stand everywhere. */
async function toldAt(
  properties: Properties,
  facts: () => Promise<Extract<Told, { state: 'told' }>['facts']>,
): Promise<Told | null> {
  const updated = properties.get('SmartUpdated')
  if (typeof updated !== 'number' || updated === 0) return null
  return { state: 'told', facts: await facts(), atMs: updated * 1000 }
}

/** What it read last, one by one; null: it has none of this drive. */
async function smartAttributes(bus: Bus, path: string, from: string): Promise<DBusValue | null> {
  try {
    const call = { destination: UDISKS, path, interface: from, member: 'SmartGetAttributes' }
    const [attributes] = await bus.call({ ...call, signature: 'a{sv}', body: [[]] })
    return attributes ?? null
  } catch (error) {
    if (error instanceof DBusError) return null
    throw error
  }
}

/** Path of the drive that has this disk: its block device says so. */
function driveOf(objects: DBusValue | undefined, id: string): string {
  const block = mapOf(objects).get(`/org/freedesktop/UDisks2/block_devices/${id}`)
  const properties = propertiesOf(mapOf(block).get(`${UDISKS}.Block`))
  return textOf(properties?.get('Drive')) || NO_OBJECT
}

const mapOf = (value: DBusValue | undefined): ReadonlyMap<DBusValue, DBusValue> =>
  value instanceof Map ? value : new Map()

const propertiesOf = (value: DBusValue | undefined): Properties | null =>
  value instanceof Map ? value : null
