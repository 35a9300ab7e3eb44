// The hub's program as a text: see embedded.ts.
import './hub-entry.ts';
