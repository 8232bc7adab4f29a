package kontiki.kvstore.server.front;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.server.raft.Role;
import kontiki.kvstore.server.watch.WatchHub;
import kontiki.kvstore.server.watch.WatchStream;

/**
 * Ends the watch streams that want a leader when there has been none for too long: their clients
 * shall go to a member of the majority. Safe for many threads; {@link #tick} is called regularly.
 */
public final class LeaderWatch {
  private final Supplier<Role> role;
  private final WatchHub hub;
  private final long timeoutNanos;
  private final Set<WatchStream> streams = ConcurrentHashMap.newKeySet();
  private final List<Runnable> tasks = new CopyOnWriteArrayList<>();
  private long lastSeenNanos = System.nanoTime();
  private long lastLeader;
  private final AtomicLong changes = new AtomicLong();

  public LeaderWatch(Supplier<Role> role, WatchHub hub, Duration timeout) {
    this.role = role;
    this.hub = hub;
    this.timeoutNanos = timeout.toNanos();
  }

  void register(WatchStream stream) {
    streams.add(stream);
  }

  void unregister(WatchStream stream) {
    streams.remove(stream);
  }

  boolean hasLeader() {
    return role.get().hasLeader();
  }

  /** How often another leader was seen. */
  public long changes() {
    return changes.get();
  }

  /** Has the task run with each {@link #tick}. */
  public void onTick(Runnable task) {
    tasks.add(task);
  }

  /** Called by one thread, several times in the timeout. */
  public void tick() {
    tasks.forEach(Runnable::run);
    Role now = role.get();
    if (now.hasLeader()) {
      lastSeenNanos = System.nanoTime();
      if (now.leader() != lastLeader) {
        lastLeader = now.leader();
        changes.incrementAndGet();
      }
    } else if (System.nanoTime() - lastSeenNanos > timeoutNanos) {
      for (WatchStream stream : streams) {
        streams.remove(stream);
        hub.end(stream, EtcdError.NO_LEADER.status());
      }
    }
  }
}
