import { expect, test } from 'vitest'
import { containerOfPath } from './container-path.ts'
import { parseCgroup } from './parse-cgroup.ts'

const ID = '3f2a9b7c4d5e'.padEnd(64, '0')
const POD_ID = '8765909ed19d'.padEnd(64, 'a')
const POD = 'kubepods-burstable-pod1b2c_3d.slice'

test.each([
  [`/docker/${ID}`, 'docker', `/docker/${ID}`],
  [`/docker/${ID}/init.scope`, 'docker', `/docker/${ID}`],
  [`/system.slice/docker-${ID}.scope`, 'docker', `/system.slice/docker-${ID}.scope`],
  [`/machine.slice/libpod-${ID}.scope/container`, 'podman', `/machine.slice/libpod-${ID}.scope`],
  [`/user.slice/user@1000.service/user.slice/libpod-${ID}.scope`, 'podman', undefined],
  [`/libpod_parent/libpod-${ID}`, 'podman', undefined],
  [`/libpod_parent/${POD_ID}/libpod-${ID}`, 'podman', `/libpod_parent/${POD_ID}/libpod-${ID}`],
  [`/machine.slice/machine-libpod_pod_${POD_ID}.slice/libpod-${ID}.scope`, 'podman', undefined],
  [`/system.slice/web.service/libpod-payload-${ID}`, 'podman', undefined],
  [`/kubepods.slice/${POD}/cri-containerd-${ID}.scope`, 'kubernetes', undefined],
  [`/kubepods.slice/${POD}/crio-${ID}.scope`, 'kubernetes', undefined],
  [`/kubepods/besteffort/pod1b2c/${ID}`, 'kubernetes', undefined],
  [`/system.slice/containerd.service/${POD}:cri-containerd:${ID}`, 'kubernetes', undefined],
  [`/kubepods/burstable/pod1/${ID}/docker/${ID.replace('3', '4')}`, 'kubernetes', undefined],
  [`/system.slice/nerdctl-${ID}.scope`, 'containerd', undefined],
  [`/default/${ID}`, 'containerd', undefined],
  [`/somebody/${ID}`, null, undefined],
])('%s is of %s', (path, engine, folder) => {
  const place = containerOfPath(path)
  expect(place).toMatchObject({ id: '3f2a9b7c4d5e', fullId: ID, engine })
  expect(place?.folder).toBe(folder ?? place?.folder)
  expect(path.startsWith(place?.folder ?? '?')).toBe(true)
})

test.each([
  ['/lxc/web', 'web', 'lxc'],
  ['/lxc.payload.web/system.slice/cron.service', 'web', 'lxc'],
  ['/lxc.payload/web', 'web', 'lxc'],
  ['/machine.slice/machine-build\\x2dbox.scope/payload', 'build-box', 'nspawn'],
  ['/machine.slice/systemd-nspawn@db.service/payload/init.scope', 'db', 'nspawn'],
])('%s is %s of %s', (path, id, engine) => {
  expect(containerOfPath(path)).toMatchObject({ id, fullId: id, engine })
})

test.each([
  '/',
  '',
  '/user.slice/user-1000.slice/session-2.scope',
  '/system.slice/docker.service',
  `/machine.slice/libpod-conmon-${ID}.scope`,
  `/libpod_parent/${POD_ID}/libpod-conmon-${ID}`,
  `/libpod_parent/${POD_ID}`,
  '/system.slice/web.service/supervisor',
  '/lxc.monitor.web',
  '/machine.slice/systemd-nspawn@db.service/supervisor',
  '/machine.slice/machine-qemu\\x2d1\\x2dvm.scope',
  `/${ID}0`,
])('%s is of no container', (path) => {
  expect(containerOfPath(path)).toBeNull()
})

test('a process says the same of itself', () => {
  expect(parseCgroup(`1:name=systemd:/docker/${ID}\n0::/\n`).container).toBe('3f2a9b7c4d5e')
  expect(parseCgroup(`0::/machine.slice/libpod-conmon-${ID}.scope\n`).container).toBeNull()
})
