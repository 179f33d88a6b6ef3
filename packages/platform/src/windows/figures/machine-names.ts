/** Source: IMAGE_FILE_MACHINE_* of winnt.h. */
export const IMAGE_MACHINE = {
  /** Of IsWow64Process2: the process is a native one. */
  unknown: 0,
  i386: 0x14c,
  armnt: 0x1c4,
  amd64: 0x8664,
  arm64: 0xaa64,
} as const

const NAMES = new Map<number, string>([
  [IMAGE_MACHINE.i386, 'x86'],
  [IMAGE_MACHINE.armnt, 'arm'],
  [IMAGE_MACHINE.amd64, 'x64'],
  [IMAGE_MACHINE.arm64, 'arm64'],
])

/** In the words of the list; null for a kind of machine that is not known here. */
export const architectureName = (code: number): string | null => NAMES.get(code) ?? null
