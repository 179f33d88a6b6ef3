/** What the heap worker is asked for. */
export interface HeapOrder {
  /** Sweeps before the first look at the heap. */
  warmUp: number
  sweeps: number
}

export interface HeapAnswer {
  /** Heap in use after a full collection, before and after the sweeps. */
  beforeBytes: number
  afterBytes: number
  /** On the heap of V8, whatever became of it; NaN in JSON is null where this Node does not count. */
  allocatedBytesPerSweep: number
  cpuMsPerSweep: number
}
