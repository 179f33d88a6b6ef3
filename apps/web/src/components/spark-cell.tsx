import { memo } from 'react'
import type { MinuteOfValues } from '../lib/second-history.ts'
import { SPARK_BOX, sparkPaths } from '../lib/spark-path.ts'

interface SparkCellProps {
  /** Reads the minute; `null`: none yet. */
  readonly read: () => MinuteOfValues | null
  /** Number of the sample: a new one draws anew. */
  readonly seq: number
  readonly column: number
}

const VIEW_BOX = `0 0 ${SPARK_BOX.width} ${SPARK_BOX.height}`

/**
 * One minute of CPU, scaled to the step above its own peak. Paths, not a canvas: rows come and go while a list is
 * scrolled, and a canvas is dear to make and to take away.
 */
export const SparkCell = memo(
  function SparkCell({ read, column }: SparkCellProps) {
    const values = read()
    const paths = values === null ? null : sparkPaths(values)
    return (
      <div
        role="gridcell"
        aria-colindex={column}
        className="cell sp"
        aria-label="Drawing of 60 s"
        title={paths === null ? undefined : `60 s, full height ${paths.maximum} %`}
      >
        <svg className="spark" viewBox={VIEW_BOX} preserveAspectRatio="none" aria-hidden="true">
          <path className="under" d={paths?.area} />
          <path d={paths?.line} />
        </svg>
      </div>
    )
  },
  (before, after) => before.seq === after.seq && before.read === after.read,
)
