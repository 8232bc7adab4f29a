package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private Informer(Builder<T> builder) {
    this.resource = builder.resource;
    this.clock = builder.clock;
    this.store = new Store<>(builder.indexers);
    String name = resource.ref().qualifiedName();
    this.core = new InformerCore<>(name, builder.options, store, builder.handlers, builder.random);
    this.thread = Thread.ofVirtual().name("informer-" + name).unstarted(this::run);
  }

  public static <T extends HasMetadata> Builder<T> of(Resource<T> resource) {
    return new Builder<>(resource);
  }

  /** What an informer follows and whom it tells. */
  public static final class Builder<T extends HasMetadata> {
    private final Resource<T> resource;
    private final Map<String, Function<T, List<String>>> indexers = new LinkedHashMap<>();
    private final List<ResourceHandler<T>> handlers = new ArrayList<>();
    private ListOptions options = ListOptions.ALL;
    private InstantSource clock = InstantSource.system();
    private RandomGenerator random = RandomGenerator.getDefault();

    private Builder(Resource<T> resource) {
      this.resource = resource;
    }

    /** Only objects that these selectors choose. */
    public Builder<T> selecting(ListOptions selectors) {
      this.options = selectors;
      return this;
    }

    public Builder<T> index(String name, Function<T, List<String>> keys) {
      indexers.put(name, keys);
      return this;
    }

    public Builder<T> handler(ResourceHandler<T> handler) {
      handlers.add(handler);
      return this;
    }

    public Builder<T> clock(InstantSource source) {
      this.clock = source;
      return this;
    }

    public Builder<T> random(RandomGenerator generator) {
      this.random = generator;
      return this;
    }

    public Informer<T> build() {
      return new Informer<>(this);
    }

    /** Built and started. */
    public Informer<T> start() {
      Informer<T> informer = build();
      informer.start();
      return informer;
    }
  }

  public void start() {
    thread.start();
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
      core.watchEnded(null, Instant.MAX);
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
