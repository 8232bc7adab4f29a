package kontiki.kvstore.server.raft;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who decides: a majority of the members that vote and, while the membership changes, a majority of
 * those that voted before as well.
 *
 * @param current ids
 * @param previous ids; empty where no change is under way
 */
record Voters(List<Long> current, List<Long> previous) {
  /** Nobody changes anything. */
  static Voters stable(Collection<Long> ids) {
    return new Voters(List.copyOf(ids), List.of());
  }

  Set<Long> all() {
    Set<Long> all = new TreeSet<>(current);
    all.addAll(previous);
    return all;
  }

  /** Whether no decision can be made without one of {@code ids}. */
  boolean isQuorum(Set<Long> ids) {
    return isMajority(current, ids) && (previous.isEmpty() || isMajority(previous, ids));
  }

  private static boolean isMajority(List<Long> voters, Set<Long> ids) {
    return voters.stream().filter(ids::contains).count() > voters.size() / 2;
  }
}
