import { totalmem } from 'node:os'

const MiB = 2 ** 20

/** Bytes that this process may use: the container's limit where there is one. */
function usableMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 && limit < totalmem() ? limit : totalmem()
}

/** A share of the memory in whole MiB, kept between two bounds (MiB). */
function share(part: number, least: number, most: number): string {
  return `${Math.round(Math.min(most, Math.max(least, usableMemory() / MiB / part)))}MB`
}

/** What a private server on a person's machine needs otherwise than PostgreSQL's defaults; the comment says why. */
const settings = (socketDir: string): Record<string, string> => ({
  // No TCP port: whoever can open the socket is the owner, so no password is needed.
  listen_addresses: '',
  port: '5432',
  unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
  unix_socket_permissions: '0700',
  // Shown by ps, so that people can tell what these processes are.
  cluster_name: 'rollcall',
  max_connections: '100',
  // Pages are taken when used, not at start; a directory of a million people is about 6 GB with its indexes and events.
  shared_buffers: share(16, 64, 1024),
  // Tells the planner that the system caches files; reserves nothing.
  effective_cache_size: share(2, 256, 1024 * 1024),
  // A sort of one page's candidates should not go to disk.
  work_mem: '16MB',
  // Index builds of bulk loads.
  maintenance_work_mem: share(32, 64, 512),
  // Bulk loads would otherwise checkpoint every gigabyte, at up to twice the writes.
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // SSDs read any page about as fast as the next one; the default of 4 makes plans avoid good indexes.
  random_page_cost: '1.1',
  // One core for one statement: a dear one leaves the others to everybody else, and a page that fetches helpers first took
  // 14 ms instead of 2.
  max_parallel_workers_per_gather: '0',
  // Our statements take milliseconds, compiling one takes longer.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // Failed statements are ours to report; here they would put people's values into a file. LOG, FATAL, PANIC remain.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
})

/** Only for data that nobody misses after a crash: tests. */
const fleeting: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
}

/** Arguments (`-c name=value`) for `postgres`. `owner` says which process started it, see `owner.ts`. */
export function settingArguments(options: { socketDir: string; durable: boolean; owner: string }): string[] {
  const all = {
    ...settings(options.socketDir),
    ...(options.durable ? {} : fleeting),
    'rollcall.owner': options.owner,
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
