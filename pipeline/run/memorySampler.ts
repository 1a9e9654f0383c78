/**
 * Watches the process's resident memory until it is stopped. Samples every 100 ms; a peak between two samples is seen
 * too when it is the highest of the process so far, since the system keeps that mark itself.
 *
 * @returns a function that ends the watch and gives the peak in bytes
 */
export function watchMemory(): () => number {
  const highest = (): number => process.resourceUsage().maxRSS * 1024;
  const before = highest();
  let peak = process.memoryUsage.rss();
  const sample = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, 100);
  timer.unref();
  return () => {
    clearInterval(timer);
    sample();
    const after = highest();
    return after > before ? Math.max(peak, after) : peak;
  };
}
