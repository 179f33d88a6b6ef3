import { type ListedService, parseServices } from './parse-services.ts'

export interface ServicesPage {
  /** Of winerror.h; 0: all that is left was told. */
  code: number
  /** How many were told. */
  count: number
  /** Bytes that the rest takes. */
  neededBytes: number
}

/**
 * One question for services, as many as the buffer holds; `resume` has where the one before ended.
 * @param bytes a new buffer
 */
export type AskServices = (bytes: Buffer, resume: Buffer) => Promise<ServicesPage>

export const MORE_DATA = 234
const FIRST_ROOM = 1 << 16
/** More is refused. Source: EnumServicesStatusExW. */
const MOST_ROOM = 1 << 18
const MOST_PAGES = 64

/** All services, a page at a time. null: the manager does not tell, or never comes to an end. */
export async function readServices(
  ask: AskServices,
  addressOf: (bytes: Buffer) => number,
): Promise<ListedService[] | null> {
  const services: ListedService[] = []
  const resume = Buffer.alloc(4)
  let room = FIRST_ROOM
  for (let page = 0; page < MOST_PAGES; page++) {
    const bytes = Buffer.alloc(room)
    const { code, count, neededBytes } = await ask(bytes, resume)
    if (code !== 0 && code !== MORE_DATA) return null
    services.push(...parseServices(bytes, { base: addressOf(bytes), count }))
    if (code === 0) return services
    if (count > 0) continue
    // Wine tells all or none.
    if (room === MOST_ROOM) return null
    room = Math.min(MOST_ROOM, room + neededBytes)
  }
  return null
}
