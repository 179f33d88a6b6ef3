import { setTimeout as sleep } from 'node:timers/promises'
import { startCrowd } from '../crowd.ts'
import { bytes, percent } from '../report/figures.ts'
import { budget, type PartResult } from '../report/part-result.ts'
import { ServicePlace, startServices } from '../services.ts'
import { watchStream } from '../stream-viewer.ts'
import { USUAL_PROCESSES, type PartContext } from './context.ts'
import { readStream, type StreamSizes } from './stream-sizes.ts'

/** About 5 % of the rows. */
const ACTIVE = 25
const SECONDS = { whole: 25, quick: 5 }
const MOST_BYTES = 10_000

/** What a viewer of the list receives. */
export async function streamPart({ options, say }: PartContext): Promise<PartResult> {
  await using crowd = await startCrowd(USUAL_PROCESSES, ACTIVE)
  using place = new ServicePlace()
  await using services = await startServices(place)
  await using viewer = await watchStream(services.ports.accuracy, '/api/processes/stream')
  say('the stream of the list')
  await sleep((options.quick ? SECONDS.quick : SECONDS.whole) * 1000)
  const sizes = readStream(viewer.frames)
  return {
    title: `Stream at ${crowd.processes} processes`,
    about: ABOUT,
    tables: [
      { caption: '', head: ['frame', 'plain', 'gzip', 'permessage-deflate'], rows: rowsOf(sizes) },
    ],
    budgets: [
      budget(
        `delta frame at ${USUAL_PROCESSES} processes, the largest of ${sizes.deltas}; rows changed: ${percent(sizes.changedPercent)}`,
        `<= ${bytes(MOST_BYTES)}`,
        {
          text: bytes(sizes.largest.plain),
          value: sizes.largest.plain,
          keeps: (size) => size <= MOST_BYTES,
        },
      ),
    ],
  }
}

const ABOUT = `Frames of \`/api/processes/stream\` as one viewer gets them at one a second, with ${ACTIVE} processes that work a little. The compressed sizes are
computed from the same frames: gzip of each alone, and deflate with a window that is kept from frame to frame, as permessage-deflate would.`

const rowsOf = (sizes: StreamSizes): string[][] =>
  [
    { name: 'snapshot, once', of: sizes.snapshot },
    { name: 'delta, median', of: sizes.median },
    { name: 'delta, largest', of: sizes.largest },
    { name: 'deltas, a second', of: sizes.perSecond },
  ].map(({ name, of }) => [name, bytes(of.plain), bytes(of.gzip), bytes(of.deflate)])
