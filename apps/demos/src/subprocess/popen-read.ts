import { inspect } from 'node:util';
import { PIPE, Popen } from '@prac/subprocess';

console.log('read:');
const echo = new Popen(['echo', '"to stdout"'], {
  stdout: PIPE,
  text: true,
});
const [said] = await echo.communicate();
console.log('stdout:', inspect(said));
