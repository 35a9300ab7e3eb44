import { Thread, Event } from '@prac/sync';
import { Worker, isMainThread } from 'node:worker_threads';
const abs = () => performance.timeOrigin + performance.now();
const N = 30;
const ours = [], bare = [], esm = [];
const words = new Float64Array(new SharedArrayBuffer(64));
const one = async () => {
  words[0] = 0;
  const t = abs();
  const thread = new Thread({ target: (w) => { w[0] = performance.timeOrigin + performance.now(); }, args: [words] });
  thread.start();
  thread.joinSync();
  return words[0] - t;
};
for (let i = 0; i < N; i++) {
  { const v = await one(); if (i) ours.push(v); }
  { const t = abs(); const w = new Worker('require("worker_threads").workerData[0] = performance.timeOrigin + performance.now()', { eval: true, workerData: words }); await new Promise(r => w.on('exit', r)); bare.push(words[0] - t); }
}
const med = a => a.sort((x, y) => x - y)[a.length >> 1].toFixed(1);
console.log('ours', med(ours), 'bare', med(bare), 'min', ours[0].toFixed(1), bare[0].toFixed(1));
