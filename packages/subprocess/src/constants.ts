/**
 * Asks for a new pipe to the child's standard stream.
 *
 * Python: `subprocess.PIPE`.
 */
export const PIPE: -1 = -1;

/**
 * Sends standard error where standard output goes, in the order in which the child writes; for `stderr` only.
 *
 * Python: `subprocess.STDOUT`.
 */
export const STDOUT: -2 = -2;

/**
 * Connects the standard stream to `/dev/null`.
 *
 * Python: `subprocess.DEVNULL`.
 */
export const DEVNULL: -3 = -3;
