import { constants, libc } from '@prac/libc';

/** Whether a descriptor is readable, after so many milliseconds at most. */
export function poll(fd: number, milliseconds: number): boolean {
  const events = libc().poll([[fd, constants.POLLIN]], milliseconds);
  return Array.isArray(events) && (events[0]! & constants.POLLIN) !== 0;
}
