import { pythonProblem } from '../../src/framework/find-python.ts';

/** Whether the Python twins can run on this machine. */
export const hasPython: boolean = (await pythonProblem()) === null;
