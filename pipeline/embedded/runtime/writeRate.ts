/** Log and index entries written within the last second, by all writers together (spec 9). */

const second = 1000;

export class WriteRate {
  private readonly written: { readonly at: number; readonly bytes: number }[] = [];
  private sum = 0;

  /**
   * @param limit bytes a sliding second; null: none
   * @param now milliseconds
   */
  constructor(
    private readonly limit: number | null,
    private readonly now: () => number,
  ) {}

  add(bytes: number): void {
    if (this.limit === null || bytes === 0) return;
    this.written.push({ at: this.now(), bytes });
    this.sum += bytes;
  }

  /** Whether the last second's writes leave no room for another mutation. */
  get isExceeded(): boolean {
    if (this.limit === null) return false;
    const since = this.now() - second;
    for (let first = this.written[0]; first !== undefined && first.at <= since; first = this.written[0]) {
      this.sum -= first.bytes;
      this.written.shift();
    }
    return this.sum >= this.limit;
  }
}
