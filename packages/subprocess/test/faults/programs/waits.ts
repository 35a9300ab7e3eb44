// Nothing but the waits keeps this program alive.
import { PIPE, Popen, run } from '@prac/subprocess';

const child = (script: string) =>
  new Popen(['sh', '-c', `sleep 0.05; ${script}`], { stdin: PIPE, stdout: PIPE, text: true });
console.log('wait', await child('exit 3').wait());
console.log('read', (await child('echo x').stdout.read()).trim());
console.log('lines', (await child('echo x').stdout.lines().next()).value);
console.log('write', await child('cat >/dev/null').stdin.write('x'.repeat(200_000)));
console.log('communicate', (await child('cat').communicate({ input: 'x' }))[0]);
console.log('run', (await run(['sleep', '0.05'])).returncode);
