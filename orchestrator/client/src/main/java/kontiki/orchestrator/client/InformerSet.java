package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The informers of a process, started and ended together. Loops add their handlers to the shared
 * informers first; then {@link #start} starts all. Not thread-safe before the start.
 */
public final class InformerSet implements AutoCloseable {
  private final ApiClient client;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final List<Informer<?>> informers = new ArrayList<>();

  public InformerSet(ApiClient client, InstantSource clock, RandomGenerator random) {
    this.client = client;
    this.clock = clock;
    this.random = random;
  }

  /** Adds an informer of a kind in all namespaces, indexed by owner. */
  public <T extends HasMetadata> Informer<T> add(Class<T> type) {
    return add(type, ListOptions.ALL);
  }

  /** Adds an informer of the objects of a kind that these selectors choose. */
  public <T extends HasMetadata> Informer<T> add(Class<T> type, ListOptions selectors) {
    Informer<T> made =
        new Informer<>(client.resource(type), selectors, clock, random)
            .index(Indexes.OWNER, Indexes::ownerUids);
    informers.add(made);
    return made;
  }

  public void start() {
    informers.forEach(Informer::start);
  }

  /** Waits until every informer is in step; false when the time was up first. */
  public boolean awaitSync(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    for (Informer<?> informer : informers) {
      if (!informer.awaitSync(Duration.ofNanos(end - System.nanoTime()))) {
        return false;
      }
    }
    return true;
  }

  /** The kinds that are not in step yet. */
  public List<String> waiting() {
    List<String> out = new ArrayList<>();
    for (Informer<?> informer : informers) {
      if (!informer.hasSynced()) {
        out.add(informer.name());
      }
    }
    return out;
  }

  /** Every informer, in the order of asking: for simulations. */
  public List<Informer<?>> all() {
    return List.copyOf(informers);
  }

  @Override
  public void close() {
    informers.forEach(Informer::close);
  }
}
