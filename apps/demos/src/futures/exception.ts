import { ThreadPoolExecutor, ValueError } from '@prac/futures';

function task(n: number): never {
  console.log(`${n}: starting`);
  throw new ValueError(`the value ${n} is no good`);
}

const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
const future = executor.submit(task, 5);
const error = (await future.exception()) as Error;
console.log(`main: error: ${error.message}`);
try {
  await future;
} catch (error) {
  if (!(error instanceof ValueError)) throw error;
  console.log(
    `main: saw the error "${error.message}" when asking for the result`,
  );
}
