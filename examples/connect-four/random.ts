/**
 * The only random generator of this payload is sfc32 (Chris Doty-Humphrey's Small Fast Counter, 32 bit, from PractRand). Three words seed the
 * generator, and 12 steps warm it up, as its author recommends. Each key (for example a game number) has its own stream, so a game depends neither on
 * the node that plays the game nor on earlier games.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** `key` and `secondKey` together name the stream. Each is a 32-bit number, such as a game number. */
  constructor(seed: number, key = 0, secondKey = 0) {
    this.a = scramble(seed);
    this.b = scramble(key ^ 0x9e3779b9);
    this.c = scramble(secondKey ^ 0x85ebca6b);
    for (let step = 0; step < 12; step += 1) this.next();
  }

  /** Returns a uniform number in 0 .. 2^32 − 1. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Returns a uniform number in [0, 1), in steps of 2^-32. */
  unit(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** Returns a uniform number in 0 .. bound − 1. The bias is below 2^-32 · bound, which is negligible for our bounds. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  /** Shuffles the items in place (Fisher-Yates) and returns them. */
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

/** MurmurHash3's finaliser. Without it, neighbouring seeds would start similar streams. */
function scramble(word: number): number {
  let hash = word | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
