package kontiki.kvstore.server.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.mvcc.Change;
import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.mvcc.StoreState;
import kontiki.kvstore.mvcc.StoreView;

/**
 * Reads history for watchers that are behind: a bounded piece for each in turn, as long as its
 * client takes more. One thread; a watcher in its list belongs to it until it is given back.
 */
final class CatchUp implements AutoCloseable {
  private final WatchLimits limits;
  private final Supplier<MvccStore> store;
  private final BiConsumer<Watcher, Result> done;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final List<Watcher> behind = new ArrayList<>();
  private final Thread thread;
  private boolean woken;
  private boolean closed;

  /** Why a watcher is given back. */
  sealed interface Result {
    /** It was told everything up to the revision before its next. */
    record UpTo() implements Result {}

    record Compacted(long compactRevision) implements Result {}
  }

  CatchUp(WatchLimits limits, Supplier<MvccStore> store, BiConsumer<Watcher, Result> done) {
    this.limits = limits;
    this.store = store;
    this.done = done;
    this.thread = Thread.ofPlatform().name("watch-catch-up").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void add(Watcher watcher) {
    lock.lock();
    try {
      behind.add(watcher);
      woken = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** A client takes more. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return behind.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      woken = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (true) {
      List<Watcher> round;
      lock.lock();
      try {
        while (!woken) {
          work.await();
        }
        if (closed) {
          return;
        }
        woken = false;
        round = List.copyOf(behind);
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      if (!serve(round)) {
        continue;
      }
      wake();
    }
  }

  /** Returns true when somebody can be served again at once. */
  private boolean serve(List<Watcher> round) {
    boolean more = false;
    for (Watcher watcher : round) {
      if (watcher.canceled() || watcher.stream().ended()) {
        giveBack(watcher, new Result.UpTo());
      } else if (watcher.stream().hasRoom()) {
        more |= serve(watcher);
      }
    }
    return more;
  }

  /** Sends one piece; returns true when there is more for this watcher. */
  private boolean serve(Watcher watcher) {
    try (StoreView view = store.get().view()) {
      StoreState state = view.state();
      if (watcher.next() < state.compactRevision()) {
        giveBack(watcher, new Result.Compacted(state.compactRevision()));
        return false;
      }
      Piece piece = new Piece(watcher, limits.catchUpBytes());
      boolean all = view.changesFrom(watcher.next(), piece::add);
      if (!piece.events.isEmpty()) {
        watcher.stream()
            .sendEvents(
                watcher,
                piece.events,
                store.get().ids().header(state.revision(), state.appliedTerm()),
                limits.fragmentBytes());
      }
      watcher.next(all ? Math.max(watcher.next(), state.revision() + 1) : piece.cutAt);
      if (all) {
        giveBack(watcher, new Result.UpTo());
      }
      return !all;
    }
  }

  private void giveBack(Watcher watcher, Result result) {
    lock.lock();
    try {
      behind.remove(watcher);
    } finally {
      lock.unlock();
    }
    done.accept(watcher, result);
  }

  /** Gathers events of whole revisions until there are enough bytes. */
  private static final class Piece {
    private final Watcher watcher;
    private final int enough;
    private final List<Event> events = new ArrayList<>();
    private long bytes;
    private long lastRevision;
    private long cutAt;

    Piece(Watcher watcher, int enough) {
      this.watcher = watcher;
      this.enough = enough;
    }

    boolean add(Change change) {
      long revision = change.revision().main();
      if (bytes >= enough && revision != lastRevision) {
        cutAt = revision;
        return false;
      }
      lastRevision = revision;
      if (watcher.wants(change)) {
        Event event = watcher.event(change);
        events.add(event);
        bytes += event.getSerializedSize();
      }
      return true;
    }
  }
}
