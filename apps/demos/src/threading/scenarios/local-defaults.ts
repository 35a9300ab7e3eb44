import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';
import { logged } from './lines.ts';

function own(name: string): RegExp[] {
  return [logged(name, 'Initializing .*\\bMyLocal\\b.*'), logged(name, 'value=1000')];
}

function worker(name: string): RegExp[] {
  return [...own(name), logged(name, 'value=\\d{1,3}')];
}

export const localDefaults: Scenario = {
  name: 'local-defaults',
  title: 'properties of each thread that begin with the same value',
  explanation:
    'A class of our own that extends local: its constructor runs once in every thread that uses the object, with the same arguments. So ' +
    'each thread finds the value there, and changes only its own. Python: class MyLocal(threading.local), __init__.',
  expect: {
    stdout: [],
    stderr: [...own('MainThread'), interleaved(worker('Thread-1 (worker)'), worker('Thread-2 (worker)'))],
  },
  mutation: { replace: 'extends local', by: 'extends Object' },
  masks: [
    { pattern: /Initializing .*/g, by: 'Initializing <object>' },
    { pattern: /value=\d{1,3}$/gm, by: 'value=<number>' },
  ],
};
