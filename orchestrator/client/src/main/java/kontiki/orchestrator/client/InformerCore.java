package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one kind of object by list and watch, without a thread, clock or connection of its own:
 * {@link #next} says what to do, and the other methods take what came of it. Driven by one thread,
 * which also runs the handlers. It guarantees that the store is at some version of the collection
 * that never goes back, and that handlers hear of each difference once and in order.
 */
final class InformerCore<T extends HasMetadata> {
  /** Items in one list chunk. */
  static final int CHUNK = 500;

  /** A watch that ends sooner than this without an event counts as a failure. */
  static final Duration SHORTEST_WATCH = Duration.ofSeconds(1);

  private static final int WATCH_SECONDS = 300;
  private static final Logger LOG = LoggerFactory.getLogger(InformerCore.class);

  /** What the driver does next. */
  sealed interface Step {
    record ListChunk(ListOptions options) implements Step {}

    record OpenWatch(ListOptions options) implements Step {}

    record ReadWatch() implements Step {}

    record Wait(Instant until) implements Step {}
  }

  private enum State {
    LISTING,
    OPENING,
    WATCHING
  }

  private final String name;
  private final ListOptions base;
  private final Store<T> store;
  private final List<ResourceHandler<? super T>> handlers = new ArrayList<>();
  private final RandomGenerator random;
  private final Backoff backoff;
  private final List<T> chunks = new ArrayList<>();
  private State state = State.LISTING;
  private @Nullable String continueToken;
  private boolean whole;
  private String version = "";
  private @Nullable Instant notBefore;
  private Instant watchOpened = Instant.EPOCH;
  private boolean eventSeen;
  private volatile boolean synced;

  InformerCore(String name, ListOptions base, Store<T> store, RandomGenerator random) {
    this.name = name;
    this.base = base;
    this.store = store;
    this.random = random;
    this.backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random);
  }

  void addHandler(ResourceHandler<? super T> handler) {
    handlers.add(handler);
  }

  boolean synced() {
    return synced;
  }

  Step next(Instant now) {
    if (notBefore != null && now.isBefore(notBefore)) {
      return new Step.Wait(notBefore);
    }
    notBefore = null;
    return switch (state) {
      case LISTING -> new Step.ListChunk(base.page(whole ? 0 : CHUNK, continueToken));
      case OPENING ->
          new Step.OpenWatch(
              base.watchFrom(version, WATCH_SECONDS + random.nextInt(WATCH_SECONDS)));
      case WATCHING -> new Step.ReadWatch();
    };
  }

  void listed(ResourceList<T> chunk) {
    chunks.addAll(chunk.items());
    continueToken = chunk.continueToken();
    if (continueToken != null) {
      return;
    }
    replace(chunks);
    chunks.clear();
    whole = false;
    version = chunk.resourceVersion();
    state = State.OPENING;
    backoff.reset();
    synced = true;
  }

  void listFailed(ApiException failure, Instant now) {
    // An expired chunk starts again, in one piece, because the collection changes too fast.
    whole = failure.isGone();
    chunks.clear();
    continueToken = null;
    fail(failure, now);
  }

  void watchOpened(Instant now) {
    state = State.WATCHING;
    watchOpened = now;
    eventSeen = false;
  }

  void watchEvent(WatchEvent<T> event) {
    eventSeen = true;
    backoff.reset();
    T object = event.object();
    String seen = object.getMetadata().getResourceVersion();
    switch (event.type()) {
      case ADDED, MODIFIED -> put(object);
      case DELETED -> {
        T old = store.remove(Store.key(object));
        if (old != null) {
          handlers.forEach(handler -> handler.deleted(object));
        }
      }
      case BOOKMARK -> {}
    }
    if (seen != null) {
      version = seen;
    }
  }

  /** The watch is over: by the server's wish (null), or by a failure. */
  void watchEnded(@Nullable ApiException failure, Instant now) {
    state = State.OPENING;
    if (failure == null) {
      if (!eventSeen && now.isBefore(watchOpened.plus(SHORTEST_WATCH))) {
        notBefore = now.plus(backoff.next());
      }
      return;
    }
    if (failure.isGone()) {
      LOG.info("informer={} event=relist version={} reason=expired", name, version);
      state = State.LISTING;
      notBefore = now.plus(backoff.next());
      return;
    }
    fail(failure, now);
  }

  private void fail(ApiException failure, Instant now) {
    Duration wait = backoff.next();
    notBefore = now.plus(wait);
    if (backoff.failures() == 1) {
      LOG.debug("informer={} event=failed error={}", name, failure.getMessage());
    } else if (backoff.failures() % 5 == 0) {
      LOG.warn(
          "informer={} event=failing tries={} error={}",
          name,
          backoff.failures(),
          failure.getMessage());
    }
  }

  private void put(T object) {
    T old = store.put(object);
    if (old == null) {
      handlers.forEach(handler -> handler.added(object));
    } else if (!sameVersion(old, object)) {
      if (sameObject(old, object)) {
        handlers.forEach(handler -> handler.updated(old, object));
      } else {
        handlers.forEach(handler -> handler.deleted(old));
        handlers.forEach(handler -> handler.added(object));
      }
    }
  }

  private void replace(List<T> items) {
    Set<String> keys = new LinkedHashSet<>();
    items.forEach(item -> keys.add(Store.key(item)));
    for (String gone : store.keysWithout(keys)) {
      T old = store.remove(gone);
      if (old != null) {
        handlers.forEach(handler -> handler.deleted(old));
      }
    }
    items.forEach(this::put);
  }

  private boolean sameVersion(T old, T object) {
    String version = old.getMetadata().getResourceVersion();
    return version != null && version.equals(object.getMetadata().getResourceVersion());
  }

  private boolean sameObject(T old, T object) {
    String uid = old.getMetadata().getUid();
    return uid == null || uid.equals(object.getMetadata().getUid());
  }
}
