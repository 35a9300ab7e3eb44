// The program of threads with the parser: a thread of a bundle may start threads. See embedded.ts.
import { useAcorn } from '@prac/pickle/acorn';

useAcorn();

export * from './thread-script.ts';
