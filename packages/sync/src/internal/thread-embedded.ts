// The program of threads as a text, with the parser: a thread of a bundle may start threads. See embedded.ts.
import { useAcorn } from '@prac/pickle/acorn';
import './thread-entry.ts';

useAcorn();
