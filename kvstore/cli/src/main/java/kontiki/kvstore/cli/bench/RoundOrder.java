package kontiki.kvstore.cli.bench;

import java.util.ArrayList;
import java.util.List;

/** Which target is measured when. */
final class RoundOrder {
  private RoundOrder() {}

  /**
   * The targets' indexes in the order of their turns: forth, back, forth (A B B A A B), so that
   * what drifts during a run, such as heat or a growing store, meets each as often first as last.
   */
  static List<Integer> of(int rounds, int targets) {
    var turns = new ArrayList<Integer>();
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < targets; i++) {
        turns.add(round % 2 == 0 ? i : targets - 1 - i);
      }
    }
    return List.copyOf(turns);
  }
}
