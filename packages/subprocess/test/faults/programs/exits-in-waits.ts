// Ends while every kind of wait is under way.
import { PIPE, Popen, run } from '@prac/subprocess';

const child = () => new Popen(['sleep', '1000'], { stdin: PIPE, stdout: PIPE });
const children = [child(), child(), child(), child(), child()] as const;
children[0].wait();
children[1].stdout.read();
children[2].stdin.write(Buffer.alloc(300_000));
children[3].communicate({ input: Buffer.alloc(300_000) });
children[4].stdout.lines().next();
run(['cat'], { stdin: children[4].stdout, timeout: 100 }).catch(() => {});
setTimeout(() => {
  for (const { pid } of children) process.kill(pid, 'SIGKILL');
  process.exit(5);
}, 50);
