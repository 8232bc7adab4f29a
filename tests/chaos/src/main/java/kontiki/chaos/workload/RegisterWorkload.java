package kontiki.chaos.workload;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kontiki.chaos.cluster.Cluster;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.HistoryFile;
import kontiki.chaos.history.Observation;
import kontiki.chaos.history.Operation;
import kontiki.chaos.history.Outcome;

/**
 * Clients read, write, compare-and-set and delete a few keys at a time, each client at one member,
 * while one watch at each member follows all keys. In the end every member's record of changes is
 * read. One virtual thread a client.
 */
public final class RegisterWorkload implements Workload {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
  private static final int MILLIS_AFTER_ERROR = 50;
  private static final int STOP_SECONDS = 10;

  /**
   * @param clients operations at once
   * @param keysAtOnce keys that are worked on at once
   * @param callsPerKey after which a key is left for a new one
   * @param pauseMillis between two operations of one client
   * @param maxCalls of the whole run: a bound on the size of its history
   */
  public record Settings(
      int clients, int keysAtOnce, int callsPerKey, int pauseMillis, long maxCalls) {
    public static final Settings DEFAULT = new Settings(9, 3, 200, 5, 2_000_000);
  }

  private final Settings settings;
  private final long seed;
  private final String prefix;
  private final KeyRing keys;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger processes = new AtomicInteger();
  private final LongAdder ok = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final Watches watches;

  public RegisterWorkload(Settings settings, long seed) {
    this.settings = settings;
    this.seed = seed;
    this.prefix = "chaos/" + Long.toHexString(seed) + "/";
    this.keys = new KeyRing(prefix, settings.keysAtOnce(), settings.callsPerKey());
    this.watches = new Watches(prefix);
  }

  @Override
  public void start(Cluster cluster, HistoryFile history) {
    watches.start(cluster, history);
    var members = cluster.members();
    for (int i = 0; i < settings.clients(); i++) {
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i + 1);
      String member = members.get(i % members.size());
      int number = i;
      threads.add(
          Thread.ofVirtual()
              .name("client-" + i)
              .start(() -> work(number, random, cluster, member, history)));
    }
  }

  private void work(
      int number, RandomGenerator random, Cluster cluster, String member, HistoryFile history) {
    try (var client = new StoreClient(cluster.connect(member), CALL_TIMEOUT)) {
      String lastSeen = "nothing";
      for (int n = 0; stopped.getCount() > 0 && calls() < settings.maxCalls(); n++) {
        var operation = operation(random, lastSeen, number + "." + n);
        var outcome = call(client, operation, history);
        lastSeen = seen(operation, outcome, lastSeen);
        boolean wasAcknowledged = outcome instanceof Outcome.Acknowledged;
        pause(wasAcknowledged ? settings.pauseMillis() : MILLIS_AFTER_ERROR);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One operation, recorded; each call is a process of its own if its end is not known. */
  private Outcome call(StoreClient client, Operation operation, HistoryFile history) {
    int process = processes.incrementAndGet();
    history.append(new Event.Invoked(history.nanos(), process, operation));
    var outcome = client.execute(operation);
    history.append(new Event.Returned(history.nanos(), process, outcome));
    switch (outcome) {
      case Outcome.Acknowledged _ -> ok.increment();
      case Outcome.Failed _ -> failed.increment();
      case Outcome.Unknown _ -> unknown.increment();
    }
    return outcome;
  }

  private Operation operation(RandomGenerator random, String lastSeen, String newValue) {
    String key = keys.next(random);
    int dice = random.nextInt(100);
    if (dice < 45) {
      return new Operation.Get(key);
    }
    if (dice < 75) {
      return new Operation.Put(key, newValue);
    }
    return dice < 95
        ? new Operation.CompareAndSet(key, lastSeen, newValue)
        : new Operation.Delete(key);
  }

  private static String seen(Operation operation, Outcome outcome, String before) {
    var found =
        switch (outcome) {
          case Outcome.Read read -> read.found();
          case Outcome.Refused refused -> refused.found();
          case Outcome.Written _, Outcome.Deleted _, Outcome.Failed _, Outcome.Unknown _ ->
              Observation.ABSENT;
        };
    if (found instanceof Observation.Present present) {
      return present.value();
    }
    return outcome instanceof Outcome.Written && operation instanceof Operation.Put put
        ? put.value()
        : before;
  }

  private void pause(int millis) throws InterruptedException {
    boolean stop = stopped.await(millis, TimeUnit.MILLISECONDS);
    if (stop && Thread.currentThread().isInterrupted()) {
      throw new InterruptedException();
    }
  }

  private long calls() {
    return ok.sum() + failed.sum() + unknown.sum();
  }

  @Override
  public Progress progress() {
    return new Progress(ok.sum(), failed.sum(), unknown.sum());
  }

  @Override
  public void stop() throws InterruptedException {
    stopped.countDown();
    for (var thread : threads) {
      thread.join(Duration.ofSeconds(STOP_SECONDS));
    }
  }

  /** Reads the keys at every member, writes one last key, and reads every member's changes. */
  @Override
  public void finish(Cluster cluster, HistoryFile history)
      throws IOException, InterruptedException {
    for (String member : cluster.members()) {
      try (var client = new StoreClient(cluster.connect(member), CALL_TIMEOUT)) {
        for (String key : keys.current()) {
          call(client, new Operation.Get(key), history);
        }
      }
    }
    watches.finish(cluster, history, () -> last(cluster, history));
  }

  /** Writes the key after which nothing more comes, and returns its revision. */
  private long last(Cluster cluster, HistoryFile history) throws IOException {
    var operation = new Operation.Put(prefix + "last", "last");
    try (var client =
        new StoreClient(cluster.connect(cluster.members().getFirst()), CALL_TIMEOUT)) {
      var outcome = call(client, operation, history);
      if (outcome instanceof Outcome.Written written) {
        return written.revision();
      }
      throw new IOException("the healed store does not take a write: " + outcome);
    }
  }
}
