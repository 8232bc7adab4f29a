package kontiki.kvstore.server;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one member of this process off from the others: what raft sends in either direction hangs,
 * as in a network that drops packets, until the partition is healed.
 */
final class Partition implements AutoCloseable {
  private static volatile @Nullable String cutOff;

  Partition() {
    for (String call :
        new String[] {"RaftServerImpl.appendEntries", "RaftServerImpl.requestVote"}) {
      CodeInjectionForTesting.put(
          call,
          (local, remote, arguments) -> {
            hang(Objects.toString(local), Objects.toString(remote));
            return false;
          });
    }
  }

  private static void hang(String local, String remote) {
    String victim = cutOff;
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (victim != null
          && victim.equals(cutOff)
          && local.equals(victim) != remote.equals(victim)) {
        boolean unused = never.await(5, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void cutOff(String peerId) {
    cutOff = peerId;
  }

  void heal() {
    cutOff = null;
  }

  @Override
  public void close() {
    heal();
  }
}
