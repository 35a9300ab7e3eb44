// What a thread finds around it: what was preloaded, and no global that Node does not have.
import { Thread } from '@prac/sync';

const thread = new Thread({
  target: () => {
    const names = ['require', 'module', 'exports', 'data', 'run', 'cache', 'script', 'Script'];
    const found = names.filter((name) => {
      try {
        return new Function(`return typeof ${name}`)() !== 'undefined';
      } catch {
        return true;
      }
    });
    globalThis.data = 'mine';
    console.log(JSON.stringify([globalThis.preloaded, found, new Function('return data')()]));
  },
});
thread.start();
