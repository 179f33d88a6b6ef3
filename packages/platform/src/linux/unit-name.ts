/** systemd writes odd bytes of a name as `\x2d`. Source: systemd-escape(1). */
export const unescapeUnit = (unit: string) =>
  unit.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))

/** A unit as a shell takes it: to it a backslash is none. */
export const shellUnit = (unit: string) => (unit.includes('\\') ? `'${unit}'` : unit)
