import {
  captureCallGraph,
  createTask,
  currentTask,
  Future,
  formatCallGraph,
  gather,
  printCallGraph,
  ps,
  pstree,
  run,
  sleep,
  TaskGroup,
} from '@prac/asyncio';
import { expect, test } from 'vitest';

test('who waits for whom: tasks, gatherings, groups, generators', async () => {
  await run(async () => {
    currentTask()!.setName('main');
    const data = new Future<void>();
    const reader = createTask(
      async function read() {
        await data;
      },
      { name: 'reader' },
    );
    const stepper = createTask(
      function* step() {
        yield* reader;
      },
      { name: 'stepper' },
    );
    const gathering = createTask(
      async function all() {
        await gather(reader, stepper);
      },
      { name: 'gathering' },
    );
    const grouped = createTask(
      async function group() {
        await TaskGroup.run(async (it) => {
          it.createTask(
            async function child() {
              await gathering;
            },
            { name: 'child' },
          );
        });
      },
      { name: 'grouped' },
    );
    await sleep(0);
    await sleep(0);
    await sleep(0);
    expect(formatCallGraph(gathering as Future)).toBe(
      [
        "* Task(name='gathering')",
        '  + Coroutine: all()',
        '  + Awaited by:',
        "     * Task(name='child')",
        '       + Coroutine: child()',
        '       + Awaited by:',
        "          * Task(name='grouped')",
        '            + Coroutine: group()',
      ].join('\n'),
    );
    expect(captureCallGraph(data as Future)?.awaitedBy.map(({ future }) => future === (reader as Future))).toEqual([
      true,
    ]);
    expect(
      pstree()
        .split('\n')
        .map((line) => line.trim()),
    ).toContain('└── (T) child  child()');
    expect(ps()).toMatch(/^task +coroutine +awaited by\n/);
    expect(ps()).toMatch(/^reader +read\(\) +.*stepper/m);
    let written = '';
    printCallGraph(data as Future, { file: { write: (text) => (written += text) } });
    expect(written).toMatch(/^\* Future\n {2}\+ Awaited by:\n {5}\* Task\(name='reader'\)/);
    data.setResult();
    await grouped;
  });
  const data = new Future<void>();
  const caught = createTask(() => data.catch(() => {}), { name: 'catches' });
  await createTask(() => sleep(0));
  expect(formatCallGraph(data as Future)).toContain("Task(name='catches')");
  data.setResult();
  await caught;
  expect([captureCallGraph(), formatCallGraph()]).toEqual([null, '']);
  expect(() => captureCallGraph(5 as never)).toThrow(TypeError);
});

test('tasks that wait in a circle are told of', async () => {
  const a: ReturnType<typeof createTask> = createTask(async () => void (await b), { name: 'a' });
  const b: ReturnType<typeof createTask> = createTask(async () => void (await a), { name: 'b' });
  createTask(() => a, { name: 'c' });
  await createTask(() => sleep(0.001));
  expect(() => pstree()).toThrow('tasks wait for each other in a circle');
});
