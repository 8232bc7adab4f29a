package kontiki.orchestrator.apiserver.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kontiki.orchestrator.apiserver.storage.Storage;
import kontiki.orchestrator.apiserver.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every watch cache up to date from one watch of the whole registry. One stream for all
 * resources means that a write to any of them moves the known revision of all: a list that needs
 * the newest state seldom has to wait, and bookmarks are fresh.
 *
 * <p>One thread of its own fills the caches, the watch's thread keeps them up to date. When the
 * connection breaks it goes on after the last revision it saw; when the store no longer has that
 * revision, it starts anew and the watchers list again.
 */
public final class StoreFeed implements AutoCloseable {
  public static final String ROOT = "/registry/";

  /** Keys read at once while the caches are filled. */
  static final int FILL_CHUNK = 2_000;

  static final long RETRY_MILLIS_MIN = 50;
  static final long RETRY_MILLIS_MAX = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(StoreFeed.class);

  private final Storage storage;
  private final Map<String, WatchCache> cachesByPrefix = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private final Thread thread;
  private long revision;
  private volatile boolean filled;
  private volatile boolean closed;
  private volatile @Nullable String problem = "the caches have not been filled yet";

  /** Caches of all resources; each prefix is the root and two path segments. */
  public StoreFeed(Storage storage, Iterable<WatchCache> caches) {
    this.storage = storage;
    for (WatchCache cache : caches) {
      cachesByPrefix.put(cache.prefix(), cache);
    }
    this.thread = Thread.ofPlatform().name("store-feed").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Whether every cache holds a complete state. */
  public boolean isFilled() {
    return filled;
  }

  /** What keeps the caches from following the store now, or null. */
  public @Nullable String problem() {
    return problem;
  }

  /** The revision up to which all caches are complete. */
  public long revision() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all caches are complete up to a revision.
   *
   * @return whether they are
   */
  public boolean await(long wanted, long timeoutMillis) throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    lock.lockInterruptibly();
    try {
      while (revision < wanted || !filled) {
        if (left <= 0) {
          return false;
        }
        left = advanced.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    long retryMillis = RETRY_MILLIS_MIN;
    boolean complete = false;
    while (!closed) {
      try {
        if (!complete) {
          fill();
          complete = true;
        }
        retryMillis = RETRY_MILLIS_MIN;
        complete = follow();
      } catch (StorageException e) {
        problem = e.getMessage();
        if (!closed) {
          LOG.warn("store feed interrupted, retry_ms={} cause={}", retryMillis, e.getMessage());
        }
      } catch (InterruptedException e) {
        return;
      }
      if (!pause(retryMillis)) {
        return;
      }
      retryMillis = Math.min(RETRY_MILLIS_MAX, retryMillis * 2);
    }
  }

  private boolean pause(long millis) {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (left > 0 && !closed) {
        left = advanced.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void fill() {
    Map<String, List<CachedObject>> states = new HashMap<>();
    String after = "";
    long at = 0;
    while (true) {
      Storage.Page page = storage.list(ROOT, after, FILL_CHUNK, at);
      at = page.revision();
      for (Storage.Entry entry : page.entries()) {
        WatchCache cache = cacheOf(entry.key());
        if (cache != null) {
          states
              .computeIfAbsent(cache.prefix(), prefix -> new ArrayList<>())
              .add(CachedObject.of(entry, cache.index()));
        }
      }
      if (page.remaining() == 0) {
        break;
      }
      after = page.entries().getLast().key();
    }
    for (WatchCache cache : cachesByPrefix.values()) {
      cache.reset(states.getOrDefault(cache.prefix(), List.of()), at);
    }
    filled = true;
    moveTo(at);
    LOG.info("caches filled revision={} resources={}", at, cachesByPrefix.size());
  }

  /** Follows the store until the watch ends; says whether the caches are still complete. */
  private boolean follow() throws InterruptedException {
    CompletableFuture<Storage.WatchEnd> end = new CompletableFuture<>();
    Storage.Watch watch = storage.watch(ROOT, revision(), new Applier(end));
    try (watch) {
      problem = null;
      return switch (end.get()) {
        case Storage.WatchEnd.Compacted compacted -> {
          LOG.warn("store history is gone, refilling oldest={}", compacted.oldestRevision());
          yield false;
        }
        case Storage.WatchEnd.Failed failed -> throw failed.cause();
      };
    } catch (ExecutionException e) {
      throw new StorageException("a change of the store cannot be read: " + e.getCause(), e);
    }
  }

  /** Applies changes on the watch's own thread: nothing more is read from the store meanwhile. */
  private final class Applier implements Storage.Listener {
    private final CompletableFuture<Storage.WatchEnd> end;

    Applier(CompletableFuture<Storage.WatchEnd> end) {
      this.end = end;
    }

    @Override
    public void changed(List<Storage.Event> events, long revision) {
      try {
        apply(events, revision);
      } catch (RuntimeException e) {
        end.completeExceptionally(e);
        throw e;
      }
    }

    @Override
    public void ended(Storage.WatchEnd cause) {
      end.complete(cause);
    }
  }

  private void apply(List<Storage.Event> events, long upTo) {
    Map<WatchCache, List<Storage.Event>> byCache = new HashMap<>();
    for (Storage.Event event : events) {
      WatchCache cache = cacheOf(event.key());
      if (cache != null) {
        byCache.computeIfAbsent(cache, each -> new ArrayList<>()).add(event);
      }
    }
    byCache.forEach((cache, changes) -> cache.apply(changes, upTo));
    moveTo(upTo);
  }

  private void moveTo(long upTo) {
    for (WatchCache cache : cachesByPrefix.values()) {
      cache.advance(upTo);
    }
    lock.lock();
    try {
      revision = Math.max(revision, upTo);
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable WatchCache cacheOf(String key) {
    int group = key.indexOf('/', ROOT.length());
    int resource = group < 0 ? -1 : key.indexOf('/', group + 1);
    return resource < 0 ? null : cachesByPrefix.get(key.substring(0, resource + 1));
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
