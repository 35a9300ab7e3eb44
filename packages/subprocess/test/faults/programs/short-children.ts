// Runs children that end with 3, in both forms, and prints their return codes.
import { Popen, run, runSync } from '@prac/subprocess';

const args = ['sh', '-c', 'echo x; exit 3'];
const { stdout, returncode } = runSync(args, { captureOutput: true, text: true });
const codes = [returncode, (await run(args, { captureOutput: true })).returncode];
codes.push(await new Popen(['sh', '-c', 'exit 3']).wait(), new Popen(['sh', '-c', 'sleep 0.05; exit 3']).waitSync());
console.log(stdout.trim(), ...codes);
