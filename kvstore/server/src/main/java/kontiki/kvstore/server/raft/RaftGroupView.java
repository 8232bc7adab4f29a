package kontiki.kvstore.server.raft;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The raft group by the newest configuration in a member's log.
 *
 * @param voters ids; of the newer configuration where a change is under way
 * @param learners ids
 * @param changing a change is under way
 * @param logged it comes from the log; otherwise it is only what the member began with
 */
public record RaftGroupView(
    List<Long> voters, List<Long> learners, boolean changing, boolean logged) {
  public Set<Long> all() {
    Set<Long> all = new TreeSet<>(voters);
    all.addAll(learners);
    return all;
  }
}
