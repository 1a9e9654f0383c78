/** Intervals of keys that a transaction has read: what overlaps or touches is one. */

interface Interval {
  low: string;
  /** The first key behind it. */
  high: string;
}

export class IntervalSet {
  /** Disjoint, in order. */
  private readonly intervals: Interval[] = [];

  get size(): number {
    return this.intervals.length;
  }

  /** O(log n) to find the place, O(n) to make room, for at most some thousand intervals. */
  add(low: string, high: string): void {
    if (low >= high) return;
    const from = this.firstReaching(low);
    let to = from;
    const merged: Interval = { low, high };
    for (; to < this.intervals.length; to++) {
      const next = this.intervals[to];
      if (next === undefined || next.low > high) break;
      if (next.low < merged.low) merged.low = next.low;
      if (next.high > merged.high) merged.high = next.high;
    }
    this.intervals.splice(from, to - from, merged);
  }

  /** Position of the first interval that ends at or behind a key. */
  private firstReaching(key: string): number {
    let low = 0;
    let high = this.intervals.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.intervals[middle]?.high ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
