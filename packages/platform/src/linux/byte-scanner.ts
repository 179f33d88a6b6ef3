const NEWLINE = 10
const TAB = 9
const BLANK = 32
const ZERO = 48
const NINE = 57
/** 2^64 has twenty digits; a longer run is no counter of the kernel. */
const MOST_DIGITS = 20

/**
 * Walks the text of a proc file byte by byte, without making strings: the files are read every second for ever, and
 * `toString().split()` costs ten times more. Bounded by `end` in all it does.
 */
export class ByteScanner {
  bytes: Uint8Array
  end: number
  at = 0

  constructor(bytes: Uint8Array, end = bytes.length) {
    this.bytes = bytes
    this.end = Math.min(end, bytes.length)
  }

  get done(): boolean {
    return this.at >= this.end
  }

  skipBlanks(): void {
    while (this.at < this.end) {
      const byte = this.bytes[this.at]
      if (byte !== BLANK && byte !== TAB) return
      this.at++
    }
  }

  /** Unsigned decimal after blanks, or -1 when there is none (also for one too long to be a counter). */
  integer(): number {
    this.skipBlanks()
    const from = this.at
    let value = 0
    while (this.at < this.end) {
      const byte = this.bytes[this.at] as number
      if (byte < ZERO || byte > NINE) break
      value = value * 10 + (byte - ZERO)
      this.at++
    }
    const digits = this.at - from
    return digits === 0 || digits > MOST_DIGITS ? -1 : value
  }

  /** Unsigned decimal with an optional fraction after blanks, or -1. */
  decimal(): number {
    const whole = this.integer()
    if (whole < 0 || this.bytes[this.at] !== 46 || this.at >= this.end) return whole
    const from = ++this.at
    const fraction = this.integer()
    return fraction < 0 ? -1 : whole + fraction / 10 ** (this.at - from)
  }

  /** Bytes up to the next blank or the end of the line, as latin1. */
  word(): string {
    this.skipBlanks()
    const from = this.at
    while (this.at < this.end) {
      const byte = this.bytes[this.at]
      if (byte === BLANK || byte === TAB || byte === NEWLINE) break
      this.at++
    }
    return latin1(this.bytes, from, this.at)
  }

  /** Whether `text` (ASCII) stands at the position; then the position moves behind it. */
  take(text: string): boolean {
    if (this.at + text.length > this.end) return false
    for (let i = 0; i < text.length; i++) {
      if (this.bytes[this.at + i] !== text.charCodeAt(i)) return false
    }
    this.at += text.length
    return true
  }

  /** Moves to the begin of the next line. */
  nextLine(): void {
    const newline = this.bytes.indexOf(NEWLINE, this.at)
    this.at = newline < 0 || newline >= this.end ? this.end : newline + 1
  }
}

/** One character a byte; names of interfaces and devices are bytes. */
export const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
