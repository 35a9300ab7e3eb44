import { constants, FdWatch, isLibcAvailable, libc } from '@prac/libc';

if (!isLibcAvailable()) throw new Error('koffi is not installed');
const c = libc();
const [end, start] = c.pipe2(constants.O_CLOEXEC) as [number, number];
const argv = ['echo', 'hello', 'from', 'posix_spawn'];
const pid = c.posixSpawn({ path: '/bin/echo', argv, env: null, dup2: [[start, 1]] });
c.close(start);

const watch = new FdWatch(c, end, 'readable');
watch.start(() => {
  watch.close();
  const memory = Buffer.alloc(100);
  console.log(memory.toString('utf8', 0, c.read(end, memory)).trimEnd());
  // A second close is refused: the answer is the negative of EBADF.
  console.log(c.waitpid(pid, 0), c.close(end), c.close(end)); // { status: 0 } 0 -9
});
