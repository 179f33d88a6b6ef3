import { endianness } from 'node:os'

/*
 * Generic netlink as bytes: netlink(7), linux/netlink.h, linux/genetlink.h. Everything is in the machine's own byte
 * order and aligned to 4 bytes.
 */
const NETLINK_HEADER_BYTES = 16
/** Netlink header and that of generic netlink: command, version, two spare bytes. */
export const HEADER_BYTES = 20
const ATTRIBUTE_BYTES = 4
/** Two flags share the type's field (nested, network byte order). */
const ATTRIBUTE_TYPE_MASK = 0x3fff
const NLMSG_ERROR = 2
const NLM_F_REQUEST = 1
const NLM_F_ACK = 4
const GENL_ID_CTRL = 16
const CTRL_CMD_GETFAMILY = 3
const CTRL_ATTR_FAMILY_ID = 1
const CTRL_ATTR_FAMILY_NAME = 2

export const LITTLE = endianness() === 'LE'
const align = (length: number) => (length + 3) & ~3
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export interface Request {
  family: number
  command: number
  attribute: number
  payload: Uint8Array
  /** Asks for an acknowledgement where the command has no answer of its own. */
  acknowledge?: boolean
}

/** One message with one attribute. */
export function encodeRequest(request: Request): Uint8Array {
  const { family, command, attribute, payload, acknowledge = false } = request
  const length = HEADER_BYTES + ATTRIBUTE_BYTES + align(payload.length)
  const bytes = new Uint8Array(length)
  const view = viewOf(bytes)
  view.setUint32(0, length, LITTLE)
  view.setUint16(4, family, LITTLE)
  view.setUint16(6, acknowledge ? NLM_F_REQUEST | NLM_F_ACK : NLM_F_REQUEST, LITTLE)
  view.setUint8(16, command)
  view.setUint8(17, 1)
  view.setUint16(HEADER_BYTES, ATTRIBUTE_BYTES + payload.length, LITTLE)
  view.setUint16(HEADER_BYTES + 2, attribute, LITTLE)
  bytes.set(payload, HEADER_BYTES + ATTRIBUTE_BYTES)
  return bytes
}

/** Text as attributes have it, with its NUL. */
export const textPayload = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`)

/** The question for the number a family has since boot. */
export const familyQuestion = (name: string): Uint8Array =>
  encodeRequest({
    family: GENL_ID_CTRL,
    command: CTRL_CMD_GETFAMILY,
    attribute: CTRL_ATTR_FAMILY_NAME,
    payload: textPayload(name),
  })

/** Number of the family; null when the kernel has none of that name. */
export function decodeFamily(bytes: Uint8Array): number | null {
  let family: number | null = null
  forEachMessage(bytes, (view, from, end) => {
    if (view.getUint16(from + 4, LITTLE) !== GENL_ID_CTRL) return
    forEachAttribute(view, from + HEADER_BYTES, end, (type, at, to) => {
      if (type === CTRL_ATTR_FAMILY_ID && to - at >= 2) family = view.getUint16(at, LITTLE)
    })
  })
  return family
}

/** Error number of an acknowledgement, 0 for success; null when the message is none. */
export function decodeAcknowledgement(bytes: Uint8Array): number | null {
  if (bytes.length < NETLINK_HEADER_BYTES + 4) return null
  const view = viewOf(bytes)
  if (view.getUint16(4, LITTLE) !== NLMSG_ERROR) return null
  return -view.getInt32(NETLINK_HEADER_BYTES, LITTLE)
}

/** Visits whole messages; what is cut off at the end is nobody's. */
export function forEachMessage(
  bytes: Uint8Array,
  visit: (view: DataView, from: number, end: number) => void,
): void {
  const view = viewOf(bytes)
  for (let from = 0; from + NETLINK_HEADER_BYTES <= bytes.length;) {
    const length = view.getUint32(from, LITTLE)
    if (length < NETLINK_HEADER_BYTES || from + length > bytes.length) return
    visit(view, from, from + length)
    from += align(length)
  }
}

/** Visits the attributes between two offsets with the bounds of their payload. */
export function forEachAttribute(
  view: DataView,
  from: number,
  end: number,
  visit: (type: number, from: number, end: number) => void,
): void {
  for (let at = from; at + ATTRIBUTE_BYTES <= end;) {
    const length = view.getUint16(at, LITTLE)
    if (length < ATTRIBUTE_BYTES || at + length > end) return
    const type = view.getUint16(at + 2, LITTLE) & ATTRIBUTE_TYPE_MASK
    visit(type, at + ATTRIBUTE_BYTES, at + length)
    at += align(length)
  }
}
