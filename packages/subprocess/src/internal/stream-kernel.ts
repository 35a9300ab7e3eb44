import { closeSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { executableByFs } from './fs-access.ts';
import { type Kernel, nap } from './kernel.ts';
import type { Pollable } from './pollable.ts';

const LOOK_AGAIN_MS = 5;

/** Where there are no descriptors for pipes: Node's own streams are all there is. */
export class StreamKernel implements Kernel {
  pipe(): null {
    return null;
  }

  watch(): null {
    return null;
  }

  close(fd: number): void {
    closeSync(fd);
  }

  read(): number {
    return -osConstants.errno.EBADF;
  }

  write(): number {
    return -osConstants.errno.EBADF;
  }

  setNonblocking(fd: number): number {
    return fd;
  }

  setBlocking(fd: number): number {
    return fd;
  }

  allocate(bytes: number): Buffer {
    return Buffer.allocUnsafeSlow(bytes);
  }

  setPipeSize(): number {
    return -osConstants.errno.ENOSYS;
  }

  executable(path: string | Uint8Array): number {
    return executableByFs(path);
  }

  block(_on: readonly Pollable[], milliseconds: number): void {
    nap(Math.min(milliseconds, LOOK_AGAIN_MS));
  }
}
