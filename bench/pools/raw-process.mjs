import { tasks } from './tasks.mjs';

process.on('message', ({ id, name, value }) => process.send({ id, value: tasks[name](value) }));
