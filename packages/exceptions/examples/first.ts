import { readFileSync } from 'node:fs';
import { ExceptionGroup, FileNotFoundError, OSError, ValueError } from '@prac/exceptions';

try {
  readFileSync('nonexistent');
} catch (error) {
  const reason = OSError.from(error);
  console.log(reason instanceof FileNotFoundError, String(reason));
}

class PortOutOfRange extends ValueError {}
const group = new ExceptionGroup('two hosts failed', [
  new PortOutOfRange('70000'),
  new TypeError('host is not a string'),
]);
const [ports, others] = group.split(ValueError); // except* ValueError
console.log(String(ports), '|', String(others));
