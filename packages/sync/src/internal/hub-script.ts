// The hub's program as one script: see program.ts.
export { begin } from './hub-life.ts';
