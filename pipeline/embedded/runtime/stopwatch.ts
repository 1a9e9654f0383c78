/** Time that a function's own code takes: what passes while the deployment answers it is not counted. */
export class Stopwatch {
  private passed = 0;
  private pauses = 0;
  private since: number;

  /** @param clock milliseconds, from any beginning */
  constructor(private readonly clock: () => number) {
    this.since = clock();
  }

  pause(): void {
    if (this.pauses++ === 0) this.passed += this.clock() - this.since;
  }

  resume(): void {
    if (--this.pauses === 0) this.since = this.clock();
  }

  get milliseconds(): number {
    return this.pauses > 0 ? this.passed : this.passed + this.clock() - this.since;
  }
}
