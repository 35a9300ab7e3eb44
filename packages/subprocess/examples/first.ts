import { CalledProcessError, PIPE, Popen, run, runSync } from '@prac/subprocess';

const { returncode, stdout } = await run(['echo', 'hello'], { captureOutput: true, text: true });
console.log(returncode, stdout.trim());

try {
  runSync(['false'], { check: true });
} catch (error) {
  if (error instanceof CalledProcessError) console.log('ERROR:', error.message);
}

const numbers = new Popen(['seq', '1000000'], { stdout: PIPE });
const last = new Popen(['tail', '-1'], { stdin: numbers.stdout, stdout: PIPE }); // the data does not pass through Node
for await (const line of last.stdout.lines()) console.log(line);
console.log(await numbers.wait(), await last.wait());
