package kontiki.kvstore.server.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** How far this member has applied the log, and who waits for it. Safe for many threads. */
final class AppliedIndex {
  private static final CompletableFuture<Void> REACHED = CompletableFuture.completedFuture(null);

  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();
  private volatile long applied = -1;

  /** Completes once the entry at {@code index} is applied here; on the thread that applies. */
  CompletableFuture<Void> reaches(long index) {
    if (applied >= index) {
      return REACHED;
    }
    lock.lock();
    try {
      return applied >= index
          ? REACHED
          : waiting.computeIfAbsent(index, _ -> new CompletableFuture<>());
    } finally {
      lock.unlock();
    }
  }

  void advance(long index) {
    List<CompletableFuture<Void>> reached;
    lock.lock();
    try {
      applied = Math.max(applied, index);
      if (waiting.isEmpty() || waiting.firstKey() > index) {
        return;
      }
      Map<Long, CompletableFuture<Void>> head = waiting.headMap(index, true);
      reached = new ArrayList<>(head.values());
      head.clear();
    } finally {
      lock.unlock();
    }
    reached.forEach(future -> future.complete(null));
  }
}
