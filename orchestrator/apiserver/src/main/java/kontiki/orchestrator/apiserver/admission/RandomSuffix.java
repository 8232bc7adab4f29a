package kontiki.orchestrator.apiserver.admission;

import java.util.concurrent.ThreadLocalRandom;

/** Short random endings of names, of letters that make no words. */
final class RandomSuffix {
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int LENGTH = 5;

  private RandomSuffix() {}

  static String next() {
    StringBuilder suffix = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      suffix.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
    }
    return suffix.toString();
  }
}
