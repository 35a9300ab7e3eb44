import { inspect } from 'node:util';
import { PIPE, Popen } from '@prac/subprocess';

console.log('popen2:');
const cat = new Popen(['cat', '-'], {
  stdin: PIPE,
  stdout: PIPE,
  text: true,
});
const [back] = await cat.communicate({
  input: 'through stdin to stdout',
});
console.log('pass through:', inspect(back));
