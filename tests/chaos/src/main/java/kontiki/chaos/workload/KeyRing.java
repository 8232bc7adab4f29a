package kontiki.chaos.workload;

import java.util.random.RandomGenerator;

/**
 * Hands out a few keys at a time and retires each after a number of uses: a short life keeps a
 * key's history quick to judge. Safe for use by many threads.
 */
final class KeyRing {
  private final String prefix;
  private final int usesPerKey;
  private final int[] uses;
  private final int[] generation;

  KeyRing(String prefix, int keysAtOnce, int usesPerKey) {
    this.prefix = prefix;
    this.usesPerKey = usesPerKey;
    this.uses = new int[keysAtOnce];
    this.generation = new int[keysAtOnce];
  }

  synchronized String next(RandomGenerator random) {
    int slot = random.nextInt(uses.length);
    if (++uses[slot] > usesPerKey) {
      uses[slot] = 1;
      generation[slot]++;
    }
    return name(slot);
  }

  private String name(int slot) {
    return prefix + slot + "-" + generation[slot];
  }

  /** The keys in use now. */
  synchronized java.util.List<String> current() {
    return java.util.stream.IntStream.range(0, uses.length).mapToObj(this::name).toList();
  }
}
