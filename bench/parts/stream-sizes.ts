import { constants, deflateRawSync, gzipSync } from 'node:zlib'
import type { ProcessFrame } from '@taskmanager/contracts'
import { median, sum } from '../measure.ts'

/** Bytes of a frame or of many. */
export interface FrameSize {
  plain: number
  gzip: number
  deflate: number
}

export interface StreamSizes {
  deltas: number
  /** Rows of the list that a delta adds, changes or removes; the median. */
  changedPercent: number
  snapshot: FrameSize
  median: FrameSize
  largest: FrameSize
  perSecond: FrameSize
}

/** What the frames of one viewer weigh. The first is a snapshot; the delta after it still fills in first percents. */
export function readStream(frames: readonly string[]): StreamSizes {
  const sizes = sizesOf(frames)
  const parsed = frames.map((text) => JSON.parse(text) as ProcessFrame)
  const counted = parsed.flatMap((frame, index) =>
    frame.type === 'delta' && index > 1 ? [{ frame, size: sizes[index] as FrameSize }] : [],
  )
  const first = parsed[0]
  const rows = first?.type === 'snapshot' ? first.processes.rows.length : Number.NaN
  const changed = counted.map(({ frame: { processes } }) =>
    sum([processes.added.length, processes.changed.length, processes.removed.length]),
  )
  const seconds = ((parsed.at(-1)?.sampled_at_ms ?? 0) - (parsed[1]?.sampled_at_ms ?? 0)) / 1000
  const by = (combine: (values: number[]) => number): FrameSize => ({
    plain: combine(counted.map(({ size }) => size.plain)),
    gzip: combine(counted.map(({ size }) => size.gzip)),
    deflate: combine(counted.map(({ size }) => size.deflate)),
  })
  return {
    deltas: counted.length,
    changedPercent: (median(changed) / rows) * 100,
    snapshot: sizes[0] ?? by(() => Number.NaN),
    median: by(median),
    largest: by((values) => (values.length === 0 ? Number.NaN : Math.max(...values))),
    perSecond: by((values) => sum(values) / seconds),
  }
}

/** Length of the empty block that ends a flushed message and is not sent. Source: RFC 7692, section 7.2.1. */
const TAIL_BYTES = 4
/** What deflate looks back; more of the past cannot help. */
const WINDOW_BYTES = 32 * 1024

function sizesOf(frames: readonly string[]): FrameSize[] {
  let past = Buffer.alloc(0)
  return frames.map((text) => {
    const bytes = Buffer.from(text)
    const flushed = deflateRawSync(bytes, {
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(past.length > 0 && { dictionary: past }),
    })
    past = Buffer.concat([past, bytes]).subarray(-WINDOW_BYTES)
    return {
      plain: bytes.length,
      gzip: gzipSync(bytes).length,
      deflate: flushed.length - TAIL_BYTES,
    }
  })
}
