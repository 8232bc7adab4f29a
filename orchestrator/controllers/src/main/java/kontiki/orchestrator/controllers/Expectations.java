package kontiki.orchestrator.controllers;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a controller has done for a key that its informer has not shown yet. Until everything was
 * seen the key's count of objects is stale, and acting on it would create or delete twice. What is
 * not seen within {@link #EXPIRY} is no longer waited for. Thread-safe.
 */
public final class Expectations {
  public static final Duration EXPIRY = Duration.ofMinutes(5);

  private static final class Expected {
    private int creations;
    private final Set<String> deletions = new LinkedHashSet<>();
    private final Instant since;

    Expected(Instant since) {
      this.since = since;
    }
  }

  private final InstantSource clock;
  private final Map<String, Expected> byKey = new HashMap<>();

  public Expectations(InstantSource clock) {
    this.clock = clock;
  }

  /** The controller is about to create so many and to delete these, by key of the object. */
  public synchronized void expect(String key, int creations, Collection<String> deletions) {
    Expected expected = new Expected(clock.instant());
    expected.creations = creations;
    expected.deletions.addAll(deletions);
    byKey.put(key, expected);
  }

  /** One created object was seen, or its creation failed. */
  public synchronized void created(String key) {
    Expected expected = byKey.get(key);
    if (expected != null && expected.creations > 0) {
      expected.creations--;
    }
  }

  /** An object was seen to go, or its deletion failed. */
  public synchronized void deleted(String key, String object) {
    Expected expected = byKey.get(key);
    if (expected != null) {
      expected.deletions.remove(object);
    }
  }

  /** Whether everything expected was seen. */
  public synchronized boolean met(String key) {
    Expected expected = byKey.get(key);
    return expected == null
        || (expected.creations <= 0 && expected.deletions.isEmpty())
        || clock.instant().isAfter(expected.since.plus(EXPIRY));
  }

  public synchronized void forget(String key) {
    byKey.remove(key);
  }
}
