/**
 * The only source of chance here: sfc32 (Chris Doty-Humphrey's Small Fast Counter, 32 bit, from PractRand), seeded with three words and
 * warmed up for 12 steps as its author does. Streams for different keys (say, game numbers) are independent of each other's length, so a
 * game is the same whoever plays it and whatever was played before.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** `keys`: up to two numbers of 32 bits that name the stream, such as a game number. */
  constructor(seed: number, key = 0, secondKey = 0) {
    this.a = scramble(seed);
    this.b = scramble(key ^ 0x9e3779b9);
    this.c = scramble(secondKey ^ 0x85ebca6b);
    for (let step = 0; step < 12; step += 1) this.next();
  }

  /** Uniform in 0 .. 2^32 − 1. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1) in steps of 2^-32. */
  unit(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** Uniform in 0 .. bound − 1; the bias below 2^-32 · bound is of no account for our bounds. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  /** Fisher-Yates, in place. */
  shuffle<Items extends Int32Array | unknown[]>(items: Items): Items {
    for (let last = items.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      const held = items[last];
      items[last] = items[other];
      items[other] = held;
    }
    return items;
  }
}

/** MurmurHash3's finaliser: neighbouring seeds must not begin alike. */
function scramble(word: number): number {
  let hash = word | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
