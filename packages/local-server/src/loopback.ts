import { networkInterfaces } from 'node:os'

/** True where the machine has `::1`; browsers then try it first for `localhost`. */
export function hasLoopbackV6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((address) => address.address === '::1'),
  )
}
