import { existsSync } from 'node:fs';
import { Process } from '@prac/pool';
import { FileExistsError, FileNotFoundError, SharedMemory, ValueError } from '@prac/pool/shared-memory';
import { run } from '@prac/subprocess';
import { hasPython } from '@prac/testing';
import { expect, onTestFinished, test } from 'vitest';

/** One that is unlinked when the test is over. */
function block(size: number, name?: string): SharedMemory {
  const made = new SharedMemory({ create: true, size, name });
  onTestFinished(() => {
    if (existsSync(`/dev/shm/${made.name}`)) made.unlink();
  });
  return made;
}

test('who knows the name has the same memory', () => {
  const mine = block(100_000);
  const yours = new SharedMemory({ name: mine.name });
  expect(mine.name).toMatch(/^psm_[0-9a-f]{8}$/);
  expect([mine.size, yours.size, yours.buf.length]).toEqual([100_000, 100_000, 100_000]);
  mine.buf[99_999] = 7;
  expect(yours.buf[99_999]).toBe(7);
  Atomics.add(new Int32Array(yours.buf.buffer, 0, 1), 0, 5);
  expect(mine.buf[0]).toBe(5);
});

test('it goes to other processes by its name', async () => {
  const memory = block(8);
  class Adder extends Process {
    memory: SharedMemory;
    constructor(memory: SharedMemory) {
      super();
      this.memory = memory;
    }
    override run(): void {
      Atomics.add(new Int32Array(this.memory.buf.buffer, 0, 1), 0, 42);
    }
  }
  const child = new Adder(memory);
  child.start();
  await child.join();
  expect(new Int32Array(memory.buf.buffer, 0, 1)[0]).toBe(42);
});

test.skipIf(!hasPython())('Python has it, too', async () => {
  const memory = block(16);
  memory.buf.set([1, 2, 3]);
  const program = `
import sys
from multiprocessing import shared_memory, resource_tracker
block = shared_memory.SharedMemory(sys.argv[1])
resource_tracker.unregister(block._name, 'shared_memory')
block.buf[3] = sum(block.buf[:3])
block.close()
`;
  await run(['python3', '-c', program, memory.name], { check: true });
  expect(memory.buf[3]).toBe(6);
});

test('close and unlink', () => {
  const memory = block(10);
  const { buf, name } = memory;
  memory.close();
  memory.close();
  expect(() => memory.buf).toThrow(new ValueError('the shared memory was closed'));
  buf[0] = 1; // a view that somebody still has
  memory.unlink();
  expect(() => memory.unlink()).toThrow(FileNotFoundError);
  expect(() => new SharedMemory({ name })).toThrow(`[Errno 2] No such file or directory: '/${name}'`);
});

test('what was created is unlinked when its process ends, unless it is not to be', async () => {
  const program = (track: boolean): string => `
    import { SharedMemory } from '@prac/pool/shared-memory';
    console.log(new SharedMemory({ create: true, size: 1, track: ${track} }).name);
  `;
  const create = async (track: boolean): Promise<string> => {
    const args = ['--input-type=module', '-e', program(track)];
    const { stdout } = await run([process.execPath, ...args], {
      captureOutput: true,
      text: true,
      cwd: import.meta.dirname,
    });
    return stdout.trim();
  };
  expect(existsSync(`/dev/shm/${await create(true)}`)).toBe(false);
  const left = new SharedMemory({ name: await create(false) });
  left.unlink();
});

test('what is wrong', () => {
  expect(() => new SharedMemory()).toThrow(new ValueError("'name' can only be None if create=True"));
  expect(() => new SharedMemory({ create: true })).toThrow("'size' must be a positive number different from zero");
  expect(() => new SharedMemory({ create: true, size: -1 })).toThrow("'size' must be a positive integer");
  for (const options of [{ size: 1.5 }, { name: 'a/b' }, { name: 5 }, { create: 1 }, { nam: 'a' }, 5])
    expect(() => new SharedMemory(options as never)).toThrow(TypeError);
  const { name } = block(1, `prac_test_${process.pid}`);
  expect(() => new SharedMemory({ create: true, size: 1, name })).toThrow(FileExistsError);
  expect(() => new SharedMemory({ create: true, size: 1, name })).toThrow(`[Errno 17] File exists: '/${name}'`);
});
