/**
 * Signal of each Wi-Fi interface in dBm from `/proc/net/wireless`. Source: wireless(7), net/wireless/wext-proc.c of the
 * kernel. A driver that tells another measure, or nothing (−256), is left out.
 */
export function parseWireless(text: string): Map<string, number> {
  const signals = new Map<string, number>()
  for (const line of text.split('\n')) {
    // name: status link. level. noise. …; a dot marks what is new since the last look
    const [, name = '', level = ''] =
      /^\s*([^\s:]+):\s+\S+\s+-?\d+\.?\s+(-\d{1,3})\.?\s/.exec(line) ?? []
    const dbm = Number(level)
    if (name !== '' && dbm > NOTHING) signals.set(name, dbm)
  }
  return signals
}

const NOTHING = -256
