import { tasks } from './tasks.mjs';
export default ({ name, value }) => tasks[name](value);
