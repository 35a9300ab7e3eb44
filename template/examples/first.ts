import { greet } from '@prac/template';

console.log(greet('reader')); // Hello, reader!
