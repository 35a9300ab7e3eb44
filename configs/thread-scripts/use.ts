// In each test file, and in the programs that it starts.
import { createRequire } from 'node:module';
import { inject } from 'vitest';

const preload = inject('threadScripts');
createRequire(import.meta.url)(preload);
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --require=${preload}`;
