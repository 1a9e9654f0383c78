/** Lets one piece of work run at a time, in the order they asked. */
export class Lock {
  private last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    const result = this.last.then(work);
    // The next one waits for the end, whatever it was.
    this.last = result.catch(() => undefined);
    return result;
  }
}
