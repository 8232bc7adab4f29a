package kontiki.kvstore.server.raft;

import java.util.List;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Entry;
import kontiki.kvstore.mvcc.Outcome;

/**
 * The proposals of one entry.
 *
 * @param role under which the entry was proposed
 */
record Batch(Role role, Entry entry, List<Proposal> proposals) {
  static Batch of(Role role, long sequence, long timeMillis, List<Proposal> proposals) {
    List<Command> commands = proposals.stream().map(Proposal::command).toList();
    Entry.Origin origin = new Entry.Origin(role.self(), sequence, role.term());
    return new Batch(role, new Entry(origin, timeMillis, commands), proposals);
  }

  long sequence() {
    return entry.origin().sequence();
  }

  /** Runs what waits for each proposal, on the calling thread. */
  void complete(List<Outcome> outcomes) {
    for (int i = 0; i < proposals.size(); i++) {
      proposals.get(i).future().complete(outcomes.get(i));
    }
  }

  static void refuse(List<Proposal> proposals, EtcdError error) {
    proposals.forEach(proposal -> proposal.future().complete(new Outcome.Refused(error)));
  }
}
