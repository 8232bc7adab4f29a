package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link Store} equal to a collection of the API server, on one virtual thread from {@link
 * #start} to {@link #close}. It survives any failure of the server: a broken watch goes on from the
 * last version, an expired one lists again. Handlers run on its thread, in the order of changes.
 */
public final class Informer<T extends HasMetadata> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Informer.class);

  private final Resource<T> resource;
  private final Store<T> store;
  private final InformerCore<T> core;
  private final InstantSource clock;
  private final CountDownLatch synced = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Watch<T> watch;

  private boolean started;

  public Informer(
      Resource<T> resource, ListOptions selectors, InstantSource clock, RandomGenerator random) {
    this.resource = resource;
    this.clock = clock;
    this.store = new Store<>();
    String name = resource.ref().qualifiedName();
    this.core = new InformerCore<>(name, selectors, store, random);
    this.thread = Thread.ofVirtual().name("informer-" + name).unstarted(this::run);
  }

  /** An informer of everything that the resource covers; add indexes and handlers, then start. */
  public static <T extends HasMetadata> Informer<T> of(Resource<T> resource) {
    return of(resource, ListOptions.ALL);
  }

  /** An informer of the objects that these selectors choose. */
  public static <T extends HasMetadata> Informer<T> of(
      Resource<T> resource, ListOptions selectors) {
    return new Informer<>(
        resource, selectors, InstantSource.system(), RandomGenerator.getDefault());
  }

  /** Adds an index; the same name again changes nothing. Only before the start. */
  public Informer<T> index(String name, Function<T, List<String>> keys) {
    requireNotStarted();
    store.addIndex(name, keys);
    return this;
  }

  /** Adds a handler, which is told after those added before it. Only before the start. */
  public Informer<T> handler(ResourceHandler<? super T> handler) {
    requireNotStarted();
    core.addHandler(handler);
    return this;
  }

  private void requireNotStarted() {
    if (started) {
      throw new IllegalStateException("the informer of " + resource.ref() + " runs already");
    }
  }

  public Informer<T> start() {
    requireNotStarted();
    started = true;
    thread.start();
    return this;
  }

  public ResourceRef ref() {
    return resource.ref();
  }

  /** The kind that it follows, such as {@code deployments.apps}. */
  public String name() {
    return resource.ref().qualifiedName();
  }

  public Store<T> store() {
    return store;
  }

  /** Whether the first list is in the store and was told to the handlers. */
  public boolean hasSynced() {
    return core.synced();
  }

  /** Waits for {@link #hasSynced}; false when the time was up first. */
  public boolean awaitSync(Duration timeout) throws InterruptedException {
    return synced.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    Watch<T> open = watch;
    if (open != null) {
      open.close();
    }
  }

  /**
   * Does one step if that needs no waiting: for simulations, instead of {@link #start}.
   *
   * @return false when there is nothing to do now
   */
  public boolean poll() {
    InformerCore.Step step = core.next(clock.instant());
    Watch<T> open = watch;
    boolean wouldWait =
        step instanceof InformerCore.Step.Wait
            || (step instanceof InformerCore.Step.ReadWatch && open != null && !open.ready());
    if (wouldWait) {
      return false;
    }
    try {
      step(step);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private void run() {
    while (!closed) {
      try {
        step(core.next(clock.instant()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        // A handler's defect must not end the view of the cluster.
        LOG.error("informer={} event=handler-failed", resource.ref().qualifiedName(), e);
      }
    }
  }

  /** Does one step; blocks for the network or for the wait it was told. */
  private void step(InformerCore.Step step) throws InterruptedException {
    switch (step) {
      case InformerCore.Step.Wait wait -> {
        Duration left = Duration.between(clock.instant(), wait.until());
        if (left.isPositive()) {
          Thread.sleep(left);
        }
      }
      case InformerCore.Step.ListChunk list -> list(list.options());
      case InformerCore.Step.OpenWatch open -> open(open.options());
      case InformerCore.Step.ReadWatch read -> read();
    }
  }

  private void list(ListOptions options) {
    ResourceList<T> chunk;
    try {
      chunk = resource.list(options);
    } catch (ApiException e) {
      core.listFailed(e, clock.instant());
      return;
    }
    core.listed(chunk);
    if (core.synced()) {
      synced.countDown();
    }
  }

  private void open(ListOptions options) {
    try {
      watch = resource.watch(options);
      core.watchOpened(clock.instant());
    } catch (ApiException e) {
      core.watchEnded(e, clock.instant());
    }
  }

  private void read() {
    Watch<T> open = watch;
    if (open == null) {
      core.watchEnded(null, clock.instant());
      return;
    }
    WatchEvent<T> event;
    try {
      event = open.next();
    } catch (ApiException e) {
      end(open, e);
      return;
    }
    if (event == null) {
      end(open, null);
    } else {
      core.watchEvent(event);
    }
  }

  private void end(Watch<T> open, @Nullable ApiException failure) {
    open.close();
    watch = null;
    core.watchEnded(failure, clock.instant());
  }
}
