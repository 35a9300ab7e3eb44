// Connections between processes, on one machine or several: Python's multiprocessing.connection.
export { BrokenPipeError, ConnectionRefusedError, EOFError, NotImplementedError, OSError } from '@prac/exceptions';
export type { Address, Family } from './connection/address.ts';
export { Client, type ClientOptions, ClientSync } from './connection/client.ts';
export {
  Connection,
  type RecvBytesOptions,
  type RecvIntoOptions,
  type SendBytesOptions,
  type SignalOption,
} from './connection/connection.ts';
export { Listener, type ListenerOptions } from './connection/listener.ts';
export { Pipe, type PipeOptions } from './connection/pipe.ts';
export { type Waited, wait, waitSync } from './connection/wait.ts';
export { AuthenticationError, BufferTooShort } from './errors.ts';
