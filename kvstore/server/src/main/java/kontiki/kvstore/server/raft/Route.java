package kontiki.kvstore.server.raft;

import java.util.concurrent.CompletableFuture;

/** The way from a {@link Proposer} into the log. Safe for many threads. */
public interface Route {
  Role role();

  /**
   * Gives an entry to the leader that {@code role} names, here or at another member, if it still
   * leads in that term. Never completes exceptionally.
   */
  CompletableFuture<Fate> submit(byte[] entry, Role role);
}
