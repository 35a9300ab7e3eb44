const sync = require('@prac/sync');
const { cases } = require('./cases.cjs');

void cases(sync, (value) => value.withSync(() => value.value++), 'script');
