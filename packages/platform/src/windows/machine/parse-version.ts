/** Size of RTL_OSVERSIONINFOW, bytes; it begins with it. */
export const VERSION_SIZE = 276

export interface WindowsVersion {
  major: number
  minor: number
  build: number
}

/** Source: RtlGetVersion, which no manifest makes lie. null when there are fewer bytes than it fills in. */
export function parseVersion(bytes: Buffer): WindowsVersion | null {
  if (bytes.length < 16) return null
  const [major, minor, build] = [4, 8, 12].map((at) => bytes.readUInt32LE(at))
  return { major: major ?? 0, minor: minor ?? 0, build: build ?? 0 }
}

/** What the registry says under `SOFTWARE\Microsoft\Windows NT\CurrentVersion`. */
export interface VersionNames {
  /** `Windows 10 Pro`, on Windows 11 as well. */
  productName: string | null
  /** `24H2`. */
  displayVersion: string | null
}

/** The first build that is called Windows 11. */
const WINDOWS_11 = 22_000

/** `Windows 11 Pro 24H2`. */
export function windowsName(
  { build }: WindowsVersion,
  { productName, displayVersion }: VersionNames,
): string | null {
  if (productName === null) return null
  const name =
    build >= WINDOWS_11 ? productName.replace(/^Windows 10\b/, 'Windows 11') : productName
  return displayVersion === null ? name : `${name} ${displayVersion}`
}
