import { PIPE, Popen } from '@prac/subprocess';

console.log('write:');
const cat = new Popen(['cat', '-'], { stdin: PIPE, text: true });
await cat.communicate({ input: 'stdin: to stdin\n' });
