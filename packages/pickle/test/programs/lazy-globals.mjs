// What of Node is loaded when a function and an instance are pickled, and that globals which Node loads when they are looked at
// travel by name once they are there.
import { dumps, loadsSync } from '@prac/pickle';

class Point {
  x = 1;
}

const isLoaded = () => process.moduleLoadList.some((name) => name.includes('undici'));
dumps([() => 1, new Point(), Point.prototype]);
console.log(isLoaded());
const globals = [FormData, Response.json, TransformStream, AbortSignal.timeout, performance.constructor];
console.log(
  isLoaded(),
  loadsSync(dumps(globals))
    .map((value, i) => value === globals[i])
    .join(),
);
