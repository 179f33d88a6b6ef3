/** Percents and other shares: two decimals. The only place where figures of the machine are rounded. */
export const percent = (value: number | null): number | null => rounded(value, 100)

/** Rates and amounts: whole numbers. */
export const whole = (value: number | null): number | null => rounded(value, 1)

/** Milliseconds, watts, degrees, lengths: `decimals` digits behind the point. */
export const decimals = (value: number | null, digits: number): number | null =>
  rounded(value, 10 ** digits)

const rounded = (value: number | null, scale: number): number | null =>
  value === null || !Number.isFinite(value) ? null : Math.round(value * scale) / scale
