import { arch, cpus, release, version } from 'node:os'
import { koffiOrNull } from '@taskmanager/platform'
import { ok, told, unknown, type Finding } from './report.ts'

/** What runs where. */
export function checkVersions(elevated: boolean): Finding[] {
  const koffi = koffiOrNull()
  return [
    told('system', `${process.platform} ${release()} ${arch()} (${version()})`),
    told('Node.js', `${process.version}, V8 ${process.versions.v8}, libuv ${process.versions.uv}`),
    told('CPUs by Node.js', `${cpus().length}`),
    koffi === null
      ? unknown('foreign functions', 'koffi has no binary here, or may not load it')
      : ok('foreign functions', `koffi ${koffi.version}`),
    told('administrator', elevated ? 'yes' : 'no'),
  ]
}
