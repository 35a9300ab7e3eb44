import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const OLDEST = [3, 11] as const;

/**
 * Looks for a Python that can run the twins.
 *
 * @returns `null` if there is one, else why not.
 */
export async function pythonProblem(): Promise<string | null> {
  const wanted = `Python ${OLDEST.join('.')} or newer`;
  try {
    const program = 'import sys; print(*sys.version_info[:2])';
    const { stdout } = await promisify(execFile)('python3', ['-c', program]);
    const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
    const enough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
    return enough ? null : `python3 is Python ${major}.${minor}; the twins need ${wanted}`;
  } catch {
    return `python3 is not on this machine (or does not start); the twins need ${wanted}`;
  }
}
