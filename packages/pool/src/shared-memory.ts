// Memory with a name, for processes that are no relatives, too: Python's multiprocessing.shared_memory.
export {
  FileExistsError,
  FileNotFoundError,
  IndexError,
  NotImplementedError,
  OSError,
  ValueError,
} from '@prac/exceptions';
export { SharedMemory, type SharedMemoryOptions } from './shared-memory/block.ts';
export { type Shareable, ShareableList, type ShareableListOptions } from './shared-memory/shareable-list.ts';
