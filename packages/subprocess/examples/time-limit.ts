// A time limit bounds the call, ends the whole process tree, and keeps what was written.
import { run, TimeoutExpired } from '@prac/subprocess';

try {
  await run('echo working; sleep 60 & sleep 60', { shell: true, captureOutput: true, text: true, timeout: 0.5 });
} catch (error) {
  if (!(error instanceof TimeoutExpired)) throw error;
  console.log(`after ${error.timeout} s it had said: ${error.output}`);
}
