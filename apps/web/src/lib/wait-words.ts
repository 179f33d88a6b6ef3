/**
 * What a sleeping thread waits for, by the kernel function it sleeps in. Names change from kernel to kernel, so their
 * stems are looked for; the first that fits.
 */
const WAITS: readonly (readonly [RegExp, string])[] = [
  [/futex/, 'a lock or another thread'],
  [/signal_stop|ptrace_stop/, 'being resumed'],
  [/freez|refrigerator/, 'being thawed'],
  [/epoll|^ep_|poll_schedule|^do_(?:poll|select|sys_poll)|^io_cqring/, 'an event'],
  [/pipe_/, 'a pipe'],
  [/nanosleep|^msleep/, 'a timer'],
  [/sigtimedwait|sigsuspend|^do_pause|^sys_pause/, 'a signal'],
  [/^(?:do_wait|kernel_wait)/, 'a child to end'],
  [/setlk|flock|locks_lock/, 'a file lock'],
  [/inotify|fanotify/, 'a file to change'],
  [/^(?:nfs|rpc_|cifs|smb|ceph)/, 'a network file system'],
  [/^fuse_|request_wait_answer/, 'a file system program (FUSE)'],
  [
    /^io_schedule|wait_on_(?:page|buffer|bit)|folio_wait|^blk_|rq_qos|^jbd2|^ext4|^xfs|^btrfs|bio_wait/,
    'a disk',
  ],
  [/accept/, 'a connection'],
  [/sk_wait|skb|unix_stream|^tcp_|sock/, 'data from a socket'],
  [/tty/, 'input from a terminal'],
  [/msgrcv|msgsnd|semtimedop|semop/, 'another process (System V IPC)'],
  // Windows has these names for why a thread waits (KWAIT_REASON).
  [/^(?:Wr)?Suspended/, 'being resumed'],
  [/^(?:Wr)?UserRequest/, 'an event or another thread'],
  [/^(?:Wr)?DelayExecution/, 'a timer'],
  [/^Wr(?:Queue|IoRing)/, 'work'],
  [/^WrLpc/, 'another process (LPC)'],
  [/^Wr(?:AlertByThreadId|KeyedEvent|Resource|PushLock|.*Mutex)/, 'a lock or another thread'],
  [/^(?:Wr)?(?:PageIn|PageOut|PhysicalFault|ProcessInSwap)/, 'memory from the disk'],
  [/^(?:Wr)?(?:FreePage|PoolAllocation|VirtualMemory)/, 'free memory'],
  [/^WrCpuRateControl/, 'its share of the CPU'],
  [/^(?:Wr)?Executive/, 'the kernel or a device'],
  [/^(?:worker|rescuer|smpboot|irq|kthread_worker)_?(?:thread)?/, 'work'],
]

/** In words; `null` where the name says more than we know. */
export function waitWords(channel: string): string | null {
  return WAITS.find(([stem]) => stem.test(channel))?.[1] ?? null
}
