import { PIPE, Popen } from '@prac/subprocess';

const file = new URL('mydemo.txt', import.meta.url);
await using cat = new Popen(['cat', file], { stdout: PIPE });
await using grep = new Popen(['grep', 'a table of'], {
  stdin: cat.stdout,
  stdout: PIPE,
});
await using cut = new Popen(['cut', '-f', '3', '-d:'], {
  stdin: grep.stdout,
  stdout: PIPE,
});

console.log('Included files:');
for await (const line of cut.stdout.lines()) console.log(line);
