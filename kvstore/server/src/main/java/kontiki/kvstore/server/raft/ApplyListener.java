package kontiki.kvstore.server.raft;

import kontiki.kvstore.mvcc.Applied;
import kontiki.kvstore.mvcc.MvccStore;

/** Hears what the state machine does. All on the thread that applies: must not block. */
public interface ApplyListener {
  void applied(Applied applied);

  /** Another member's state took the place of this one's. */
  void replaced(MvccStore store);

  /** This member leads, and has applied everything that was committed before. */
  void leading();

  /** Another member leads, or none does. */
  void notLeading();

  /** The disk failed or the state is broken: the process must end. */
  void fault(Throwable failure);
}
