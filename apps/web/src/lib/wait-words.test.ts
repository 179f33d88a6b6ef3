import { expect, test } from 'vitest'
import { waitWords } from './wait-words.ts'

test.each([
  // The same wait in kernels 4.19, 5.15, 6.1 and 6.18.
  ['futex_wait_queue_me', 'a lock or another thread'],
  ['futex_do_wait', 'a lock or another thread'],
  ['pipe_wait', 'a pipe'],
  ['anon_pipe_read', 'a pipe'],
  ['ep_poll', 'an event'],
  ['do_epoll_wait', 'an event'],
  ['poll_schedule_timeout', 'an event'],
  ['hrtimer_nanosleep', 'a timer'],
  ['do_wait', 'a child to end'],
  ['folio_wait_bit_common', 'a disk'],
  ['io_schedule', 'a disk'],
  ['rpc_wait_bit_killable', 'a network file system'],
  ['inet_csk_accept', 'a connection'],
  ['unix_stream_data_wait', 'data from a socket'],
  ['n_tty_read', 'input from a terminal'],
  ['do_signal_stop', 'being resumed'],
  ['worker_thread', 'work'],
  ['khugepaged', null],
  // Windows.
  ['UserRequest', 'an event or another thread'],
  ['WrQueue', 'work'],
  ['WrFastMutex', 'a lock or another thread'],
  ['WrSuspended', 'being resumed'],
  ['DelayExecution', 'a timer'],
  ['WrRundown', null],
])('%s: %s', (channel, words) => {
  expect(waitWords(channel)).toBe(words)
})
