/**
 * Loaded before a command (`node --import`): its last line of errors says how many seconds the command
 * worked after it was interrupted. Work, not time: its neighbours on the machine do not count.
 */
process.once('SIGINT', () => {
  const start = process.cpuUsage();
  process.once('exit', () => {
    const { user, system } = process.cpuUsage(start);
    process.stderr.write(`\nworked ${String((user + system) / 1e6)} s after the interrupt\n`);
  });
});
