package kontiki.orchestrator.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that take keys off a queue and reconcile them; a key that fails comes again later. One
 * virtual thread a worker from {@link #start} to {@link #close}; a simulation calls {@link #step}
 * instead.
 */
public final class WorkLoop<K> implements AutoCloseable {
  /** Every request has a deadline, so a worker that is at one key for so long hangs. */
  static final Duration HANGS_AFTER = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(WorkLoop.class);

  /** Brings the world nearer to the wanted state of one key. */
  public interface Reconcile<K> {
    /**
     * Reads the state anew, decides, acts.
     *
     * @return after how long to look again without any event; null for never
     * @throws ApiException when the server refused; the key comes again later
     */
    @Nullable Duration reconcile(K key) throws InterruptedException;
  }

  private final String name;
  private final WorkQueue<K> queue;
  private final Reconcile<K> reconcile;
  private final List<Thread> workers = new CopyOnWriteArrayList<>();
  private final Map<K, Long> begunNanos = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public WorkLoop(String name, WorkQueue<K> queue, Reconcile<K> reconcile) {
    this.name = name;
    this.queue = queue;
    this.reconcile = reconcile;
  }

  public WorkQueue<K> queue() {
    return queue;
  }

  public void start(int count) {
    for (int i = 0; i < count; i++) {
      workers.add(Thread.ofVirtual().name(name + "-" + i).start(this::run));
    }
  }

  private void run() {
    try {
      for (Optional<K> key = queue.take(); key.isPresent(); key = queue.take()) {
        work(key.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Works on one key that is due; false when none is. */
  public boolean step() throws InterruptedException {
    Optional<K> key = queue.poll();
    if (key.isPresent()) {
      work(key.get());
    }
    return key.isPresent();
  }

  private void work(K key) throws InterruptedException {
    begunNanos.put(key, System.nanoTime());
    try {
      Duration later = reconcile.reconcile(key);
      queue.forget(key);
      if (later != null) {
        queue.addAfter(key, later);
      }
    } catch (ApiException e) {
      if (e.isConflict()) {
        LOG.debug("loop={} key={} event=conflict", name, key);
      } else {
        LOG.warn("loop={} key={} event=failed error={}", name, key, e.getMessage());
      }
      queue.addRateLimited(key);
    } catch (RuntimeException e) {
      LOG.error("loop={} key={} event=defect", name, key, e);
      queue.addRateLimited(key);
    } finally {
      begunNanos.remove(key);
      queue.done(key);
    }
  }

  /** Why this loop will not go on by itself; empty if it will. Never waits. */
  public Optional<String> stuck() {
    for (Thread worker : workers) {
      if (!closed && !worker.isAlive()) {
        return Optional.of("worker " + worker.getName() + " has ended");
      }
    }
    long now = System.nanoTime();
    return begunNanos.entrySet().stream()
        .filter(begun -> now - begun.getValue() > HANGS_AFTER.toNanos())
        .findFirst()
        .map(begun ->
            "loop "
                + name
                + " has been at "
                + begun.getKey()
                + " for "
                + Duration.ofNanos(now - begun.getValue()).toSeconds()
                + " s");
  }

  @Override
  public void close() {
    closed = true;
    queue.close();
    workers.forEach(Thread::interrupt);
  }
}
