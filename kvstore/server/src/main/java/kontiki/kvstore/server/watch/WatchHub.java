package kontiki.kvstore.server.watch;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchResponse;
import kontiki.kvstore.mvcc.Applied;
import kontiki.kvstore.mvcc.Change;
import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.mvcc.StoreState;

/**
 * Brings changes to watchers. Watchers that are up to date are served from what was just applied,
 * by the hub's one thread, in revision order; watchers that start in the past, or whose client is
 * slow, read history on the {@link CatchUp} thread until they are up to date again. So nobody waits
 * for anybody, no queue grows without bound, and no event is lost or told twice.
 *
 * <p>All methods are safe for many threads and return at once.
 */
public final class WatchHub implements AutoCloseable {
  private static final long INVALID_ID = -1;

  private final WatchLimits limits;
  private final Supplier<MvccStore> store;
  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger queuedChanges = new AtomicInteger();
  private final WatcherIndex synced = new WatcherIndex();
  private final Set<WatchStream> streams = new LinkedHashSet<>();
  private final CatchUp catchUp;
  private final Thread thread;
  private final AtomicInteger watcherCount = new AtomicInteger();
  private volatile boolean closed;
  private long revision;
  private long nextProgressNanos;

  /**
   * @param store the present one; it may be replaced by another member's state
   */
  public WatchHub(WatchLimits limits, Supplier<MvccStore> store) {
    this.limits = limits;
    this.store = store;
    this.catchUp = new CatchUp(limits, store, this::caughtUp);
    this.thread = Thread.ofPlatform().name("watch-hub").daemon().unstarted(this::run);
    this.nextProgressNanos = System.nanoTime() + limits.progressInterval().toNanos();
  }

  public void start() {
    revision = store.get().state().revision();
    thread.start();
    catchUp.start();
  }

  /** Called on the thread that applies, in order. */
  public void applied(Applied applied) {
    List<Change> changes = applied.changes();
    if (changes.isEmpty()) {
      return;
    }
    long last = applied.state().revision();
    long term = applied.state().appliedTerm();
    if (queuedChanges.get() > limits.queuedChanges()) {
      queue.add(() -> skipTo(last));
      return;
    }
    queuedChanges.addAndGet(changes.size());
    queue.add(() -> {
      queuedChanges.addAndGet(-changes.size());
      deliver(changes, last, term);
    });
  }

  /** The store was replaced by one that may be further: what lies between is in its history. */
  public void replaced(long newRevision) {
    queue.add(() -> skipTo(newRevision));
  }

  public WatchStream open(WatchSink sink) {
    WatchStream stream = new WatchStream(sink, limits.streamBufferBytes());
    queue.add(() -> streams.add(stream));
    return stream;
  }

  public void create(WatchStream stream, WatchCreateRequest request) {
    queue.add(() -> createNow(stream, request));
  }

  /** Answers a wish for a watcher with why there will be none. */
  public void refuse(WatchStream stream, String reason) {
    queue.add(() -> {
      if (!stream.ended()) {
        refuse(stream, store.get().state(), reason);
      }
    });
  }

  /** An unknown id is silence, as in etcd. */
  public void cancel(WatchStream stream, long id) {
    queue.add(() -> {
      Watcher watcher = stream.watchers().remove(id);
      if (watcher != null) {
        forget(watcher);
        stream.send(
            WatchResponse.newBuilder()
                .setHeader(header())
                .setWatchId(id)
                .setCanceled(true)
                .build());
      }
    });
  }

  /** Answered once all watchers of the stream are up to date. */
  public void progress(WatchStream stream) {
    queue.add(() -> {
      stream.progressWanted(true);
      answerProgress(stream);
    });
  }

  /** The client of the stream can take more. */
  public void ready(WatchStream stream) {
    stream.drain();
    catchUp.wake();
  }

  /** The client of the stream has gone. */
  public void close(WatchStream stream) {
    stream.gone();
    queue.add(() -> remove(stream));
  }

  /** Ends every stream that {@code chosen} names, with an error. */
  public void end(WatchStream stream, Status status) {
    stream.end(status);
    queue.add(() -> remove(stream));
  }

  public int watcherCount() {
    return watcherCount.get();
  }

  public int slowWatcherCount() {
    return catchUp.size();
  }

  public int pendingEvents() {
    return queuedChanges.get();
  }

  @Override
  public void close() {
    closed = true;
    queue.add(() -> {
      List.copyOf(streams).forEach(s -> s.end(EtcdError.STOPPED.status()));
      streams.clear();
    });
    catchUp.close();
  }

  private void run() {
    while (!closed || !queue.isEmpty()) {
      try {
        long wait = nextProgressNanos - System.nanoTime();
        Runnable task = queue.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
        if (task != null) {
          task.run();
        }
        if (nextProgressNanos - System.nanoTime() <= 0) {
          notifyProgress();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void deliver(List<Change> changes, long last, long term) {
    if (last <= revision) {
      return;
    }
    List<Watcher> touched = new ArrayList<>();
    for (Change change : changes) {
      synced.forEach(
          change.key(),
          watcher -> {
            if (watcher.wants(change)) {
              if (watcher.gathered().isEmpty()) {
                touched.add(watcher);
              }
              watcher.gathered().add(watcher.event(change));
            }
          });
    }
    ResponseHeader header = store.get().ids().header(last, term);
    for (Watcher watcher : touched) {
      WatchStream stream = watcher.stream();
      if (stream.hasRoom()) {
        stream.sendEvents(watcher, watcher.gathered(), header, limits.fragmentBytes());
        watcher.heardNow();
      } else {
        // It was told everything before these changes; the rest it reads when there is room.
        fallBehind(watcher, Math.max(watcher.next(), revision + 1));
      }
      watcher.gathered().clear();
    }
    revision = last;
  }

  /**
   * Passes over changes that were not kept: those who are up to date now read them from history.
   */
  private void skipTo(long last) {
    if (last <= revision) {
      return;
    }
    for (Watcher watcher : synced.all()) {
      if (watcher.next() <= last) {
        fallBehind(watcher, Math.max(watcher.next(), revision + 1));
      }
    }
    revision = last;
  }

  private void fallBehind(Watcher watcher, long next) {
    synced.remove(watcher);
    watcher.next(next);
    watcher.catchesUp(true);
    catchUp.add(watcher);
  }

  private void createNow(WatchStream stream, WatchCreateRequest request) {
    if (stream.ended()) {
      return;
    }
    StoreState state = store.get().state();
    ByteString key = request.getKey().isEmpty() ? KeyRange.ZERO : request.getKey();
    KeyRange range = new KeyRange(key, request.getRangeEnd());
    boolean taken =
        request.getWatchId() != 0 && stream.watchers().containsKey(request.getWatchId());
    if (request.getStartRevision() < 0) {
      refuse(stream, state, EtcdError.COMPACTED.message());
    } else if (range.isEmpty()) {
      refuse(stream, state, "mvcc: watcher range is empty");
    } else if (taken) {
      refuse(stream, state, "mvcc: duplicate watch ID provided on the WatchStream");
    } else {
      long id = request.getWatchId() != 0 ? request.getWatchId() : stream.freeId();
      long start = request.getStartRevision();
      add(
          new Watcher(stream, id, range, request, start == 0 ? state.revision() + 1 : start),
          state);
    }
  }

  private void add(Watcher watcher, StoreState state) {
    WatchStream stream = watcher.stream();
    stream.watchers().put(watcher.id(), watcher);
    watcherCount.incrementAndGet();
    stream.send(
        WatchResponse.newBuilder()
            .setHeader(store.get().ids().header(state.revision(), state.appliedTerm()))
            .setWatchId(watcher.id())
            .setCreated(true)
            .build());
    if (watcher.next() > revision) {
      synced.add(watcher);
    } else {
      watcher.catchesUp(true);
      catchUp.add(watcher);
    }
  }

  private void refuse(WatchStream stream, StoreState state, String reason) {
    stream.send(
        WatchResponse.newBuilder()
            .setHeader(store.get().ids().header(state.revision(), state.appliedTerm()))
            .setWatchId(INVALID_ID)
            .setCreated(true)
            .setCanceled(true)
            .setCancelReason(reason)
            .build());
  }

  /** Called by the catch-up thread, which has let go of the watcher. */
  private void caughtUp(Watcher watcher, CatchUp.Result result) {
    queue.add(() -> {
      watcher.catchesUp(false);
      if (watcher.canceled() || watcher.stream().ended()) {
        return;
      }
      switch (result) {
        case CatchUp.Result.Compacted compacted -> {
          watcher.stream().watchers().remove(watcher.id());
          watcherCount.decrementAndGet();
          watcher.stream()
              .send(
                  WatchResponse.newBuilder()
                      .setHeader(store.get().ids().header(0, 0))
                      .setWatchId(watcher.id())
                      .setCanceled(true)
                      .setCompactRevision(compacted.compactRevision())
                      .build());
        }
        case CatchUp.Result.UpTo _ -> {
          if (watcher.next() > revision) {
            synced.add(watcher);
            answerProgress(watcher.stream());
          } else {
            watcher.catchesUp(true);
            catchUp.add(watcher);
          }
        }
      }
    });
  }

  private void answerProgress(WatchStream stream) {
    boolean behind = stream.watchers().values().stream().anyMatch(Watcher::catchesUp);
    if (!stream.progressWanted() || behind) {
      return;
    }
    stream.progressWanted(false);
    stream.send(WatchResponse.newBuilder().setHeader(header()).setWatchId(INVALID_ID).build());
  }

  private void notifyProgress() {
    nextProgressNanos = System.nanoTime() + limits.progressInterval().toNanos();
    for (Watcher watcher : synced.all()) {
      // A watcher that waits for a revision of the future has made no progress yet.
      if (!watcher.takeHeard() && watcher.wantsProgress() && watcher.next() <= revision + 1) {
        watcher.stream()
            .send(WatchResponse.newBuilder().setHeader(header()).setWatchId(watcher.id()).build());
      }
    }
  }

  private void remove(WatchStream stream) {
    if (streams.remove(stream)) {
      stream.watchers().values().forEach(this::forget);
      stream.watchers().clear();
    }
  }

  private void forget(Watcher watcher) {
    watcher.cancel();
    synced.remove(watcher);
    watcherCount.decrementAndGet();
  }

  private ResponseHeader header() {
    MvccStore open = store.get();
    return open.ids().header(revision, open.state().appliedTerm());
  }
}
