/*
 * A thread of its own, since a run blocks the main one: ends the process when the node that started it is gone.
 */
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 1_000);
