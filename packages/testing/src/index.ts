export { type AlternateOptions, alternate, type Report, type Row, type RowResult } from './alternate.ts';
export { expectNothingLeft, type Leftovers, leftovers } from './leftovers.ts';
export { loadedFrom } from './loaded-from.ts';
export { hasPython, type Python, type PythonOptions, python, pythonVersions } from './python.ts';
export { type Rival, rival } from './rival.ts';
export { Sequencer } from './sequencer.ts';
export { type WaitUntilOptions, waitUntil } from './wait-until.ts';
export { allowWarnings } from './warnings.ts';
export { type WithWorkerOptions, withWorker } from './with-worker.ts';
