// What a program does with threads, whatever it is made of: says "fine" if all of it is right.
exports.cases = async ({ currentThread, Event, SharedValue, Thread }, exported, name) => {
  const [value, event, captured] = [new SharedValue('i'), new Event(), { by: 20 }];
  class Adds extends Thread {
    constructor(by) {
      super({ name });
      this.by = by;
    }
    run() {
      value.withSync(() => {
        value.value += this.by + captured.by;
      });
      this.told = `${currentThread().name}`;
      event.set();
      const inner = new Thread({ target: exported, args: [value] });
      inner.start();
      inner.joinSync();
    }
  }
  const thread = new Adds(21);
  thread.start();
  await event.wait();
  await thread.join();
  const blocking = new Thread({ target: (value) => value.value++, args: [value] });
  blocking.start();
  blocking.joinSync();
  const right = value.value === 43 && thread.told === name;
  console.log(right ? 'fine' : `${value.value} ${thread.told}`);
};
