import { SharedValue, Thread } from '@prac/sync';

class Counts extends Thread<[SharedValue<'i'>]> {
  by?: number;
  override run(): void {
    super.run();
    this.by = 1 as const satisfies number;
  }
}

const value: SharedValue<'i'> = new SharedValue('i', 41);
const thread = new Counts({ target: (value: SharedValue<'i'>): void => void value.value++, args: [value] });
thread.start();
await thread.join();
console.log(value.value === 42 && thread.by === 1 ? 'fine' : [value.value, thread.by]);
