import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sidAt, sidBytes, WELL_KNOWN } from '../sid.ts'
import type { AccessCalls } from './access-calls.ts'
import {
  FILE_ALL_ACCESS,
  parseAccess,
  securityDescriptor,
  wholeAccessFor,
  type AccessEntry,
  type PathAccess,
} from './access-list.ts'
import { changeFault, privacyFault } from './access-rules.ts'
import { privateDirectoriesOf } from './private-directory.ts'

const USER = 'S-1-5-21-1004336348-1177238915-682003330-1001'
const USERS = 'S-1-5-32-545'
const { system, administrators, trustedInstaller, creatorOwner, everyone } = WELL_KNOWN

/** ACCESS_ALLOWED_ACE and its kin, as winnt.h has them. */
function entryBytes(kind: number, flags: number, mask: number, rest: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt8(kind, 0)
  head.writeUInt8(flags, 1)
  head.writeUInt16LE(8 + rest.length, 2)
  head.writeUInt32LE(mask >>> 0, 4)
  return Buffer.concat([head, rest])
}
function listBytes(...entries: readonly Buffer[]): Buffer {
  const body = Buffer.concat(entries)
  const head = Buffer.from([4, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt16LE(8 + body.length, 2)
  head.writeUInt16LE(entries.length, 4)
  return Buffer.concat([head, body])
}
const objectEntry = (flags: number, sid: string) => {
  const guids = (flags & 1) + ((flags >> 1) & 1)
  const head = Buffer.alloc(4 + guids * 16, 0xee)
  head.writeUInt32LE(flags, 0)
  return entryBytes(5, 0, 0x10, Buffer.concat([head, sidBytes(sid)]))
}

test.each([USER, system, administrators, trustedInstaller, everyone])(
  '%s survives its bytes',
  (sid) => {
    expect(sidAt(sidBytes(sid), 0)).toBe(sid)
  },
)
test.each(['', 'S-1', 'S-2-5-18', 'S-1-5-18x', `S-1-5${'-1'.repeat(16)}`])(
  '%j is no identifier',
  (text) => {
    expect(() => sidBytes(text)).toThrow(RangeError)
  },
)

describe('what Windows says of a path', () => {
  test('a list of our own is what was asked for', () => {
    const list = wholeAccessFor([system, administrators, USER])
    expect(parseAccess(securityDescriptor(list, administrators))).toEqual({
      owner: administrators,
      isProtected: true,
      entries: [system, administrators, USER].map((sid) => ({
        sid,
        mask: FILE_ALL_ACCESS,
        isForNewOnly: false,
      })),
    })
    expect(parseAccess(securityDescriptor(list, null))?.owner).toBe(null)
  })
  test('denials give nothing; entries with conditions, for objects and of odd kinds are seen', () => {
    const list = listBytes(
      entryBytes(1, 0, FILE_ALL_ACCESS, sidBytes(everyone)),
      entryBytes(9, 0x8, 0x1, sidBytes(USERS)),
      objectEntry(0, USERS),
      objectEntry(3, USER),
      entryBytes(4, 0, 0x2, sidBytes(USER)),
      entryBytes(0x11, 0, 0x1, sidBytes('S-1-16-4096')),
    )
    expect(parseAccess(securityDescriptor(list, USER))?.entries).toEqual([
      { sid: USERS, mask: 0x1, isForNewOnly: true },
      { sid: USERS, mask: 0x10, isForNewOnly: false },
      { sid: USER, mask: 0x10, isForNewOnly: false },
      { sid: null, mask: 0x2, isForNewOnly: false },
    ])
  })
  test('no list is another thing than an empty one', () => {
    const bytes = securityDescriptor(listBytes(), USER)
    expect(parseAccess(bytes)?.entries).toEqual([])
    bytes.writeUInt16LE(0x8000, 2)
    expect(parseAccess(bytes)?.entries).toBe(null)
  })
  test('what is cut off is not believed, and no bytes make it throw', () => {
    const whole = securityDescriptor(wholeAccessFor([system, USER]), USER)
    for (let length = 0; length < whole.length; length++) {
      expect(parseAccess(whole.subarray(0, length))).toBe(null)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseAccess(Buffer.from(bytes))
      }),
    )
  })
})

const entry = (sid: string | null, mask: number, isForNewOnly = false): AccessEntry => ({
  sid,
  mask,
  isForNewOnly,
})
const access = (owner: string | null, ...entries: AccessEntry[]): PathAccess => ({
  owner,
  entries,
  isProtected: false,
})
const ALL = FILE_ALL_ACCESS
const READ_AND_EXECUTE = 0x12_00a9

describe('a private directory', () => {
  const own = [entry(system, ALL), entry(administrators, ALL), entry(USER, ALL)]
  test.each([USER, administrators])(
    'is one that user, SYSTEM and administrators have: %s',
    (owner) => {
      expect(privacyFault(access(owner, ...own, entry(creatorOwner, ALL, true)), USER)).toBe(null)
    },
  )
  test.each([
    ['for reading', entry(USERS, READ_AND_EXECUTE), 'may be read or changed by Users'],
    ['for what is made in it', entry(everyone, 0x1, true), 'may be read or changed by Everyone'],
    ['for writing', entry('S-1-5-11', 0x2), 'may be read or changed by Authenticated Users'],
    ['by another user', entry('S-1-5-21-1-2-3-1002', ALL), /by S-1-5-21-1-2-3-1002/],
    ['by generic rights', entry(USERS, 0x8000_0000), /Users/],
    ['by an entry that cannot be read', entry(null, 0x2), /an unknown account/],
  ] as const)('is none when it is open %s', (_, odd, why) => {
    const fault = privacyFault(access(USER, ...own, odd), USER)
    expect(fault).toMatch(why)
  })
  test('is none of another user, and none without a list', () => {
    expect(privacyFault(access('S-1-5-21-1-2-3-1002', ...own), USER)).toBe(
      'belongs to S-1-5-21-1-2-3-1002',
    )
    expect(privacyFault({ ...access(USER), entries: null }, USER)).toBe('is open to everybody')
  })
  test('to pass through it and to ask for its attributes is not to see into it', () => {
    expect(privacyFault(access(USER, ...own, entry(USERS, 0x10_00a0)), USER)).toBe(null)
  })
})

describe('what an administrator is to run', () => {
  const programFiles = access(
    trustedInstaller,
    entry(trustedInstaller, ALL),
    entry(system, ALL),
    entry(administrators, ALL),
    entry(USERS, READ_AND_EXECUTE),
    entry(creatorOwner, 0x1000_0000, true),
  )
  test('below Program Files is in order', () => {
    expect(changeFault(programFiles, false)).toBe(null)
  })
  test.each([0x2, 0x4, 0x40, 0x1_0000, 0x4_0000, 0x8_0000, 0x1000_0000, 0x4000_0000])(
    'with right %i for others it is not',
    (mask) => {
      const entries = [...(programFiles.entries ?? []), entry(USERS, mask)]
      expect(changeFault({ ...programFiles, entries }, false)).toBe('can be changed by Users')
    },
  )
  test('above it everybody may add, as to C:\\, and not move', () => {
    const root = access(trustedInstaller, entry(administrators, ALL), entry('S-1-5-11', 0x4))
    expect(changeFault(root, true)).toBe(null)
    expect(changeFault(root, false)).toBe('can be changed by Authenticated Users')
    const dataDrive = access(administrators, entry('S-1-5-11', 0x13_01bf))
    expect(changeFault(dataDrive, true)).toBe('can be changed by Authenticated Users')
  })
  test('what a user owns the user can open for himself', () => {
    expect(changeFault(access(USER, entry(administrators, ALL)), false)).toBe(
      `belongs to ${USER}, not to Administrators`,
    )
    expect(changeFault({ ...programFiles, entries: null }, true)).toMatch(/by everybody/)
  })
})

test('each way in which Windows does not answer is a reason', () => {
  const calls = (kind: 'gone' | 'denied' | 'unsupported' | 'failed'): AccessCalls => ({
    read: () => ({ kind }),
    makeDirectory: () => ({ kind }),
    replace: () => ({ kind }),
  })
  expect(privateDirectoriesOf(calls('gone'), USER).faultOf('C:\\x')).toBe('does not exist')
  expect(privateDirectoriesOf(calls('denied'), USER).faultOf('C:\\x')).toMatch(/does not let/)
  expect(privateDirectoriesOf(calls('unsupported'), USER).close('C:\\x')).toMatch(/unsupported/)
})
