package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs control loops in a process of which one leads: views are filled first, the lease is taken
 * next, then the loops start. When the lease is lost the process ends with an error, because its
 * loops may no longer act; a shutdown gives the lease back so that the next process leads at once.
 */
public final class ElectedProcess {
  private static final Duration REPORT = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(ElectedProcess.class);

  /**
   * How this process takes part.
   *
   * @param elect false to lead without a lease, where it is the only one
   * @param lease the name of the Lease in {@code namespace}
   * @param identity the holder's name; empty for one that no other process has
   */
  public record Settings(
      boolean elect,
      String namespace,
      String lease,
      Optional<String> identity,
      LeaderElector.Timing timing) {}

  /** What leads: its views are started and filled before {@link #start}. */
  public interface Loops {
    InformerSet views();

    void start();

    void stop();

    /** Why one of the loops will not go on by itself; empty if all are well. Never waits. */
    Optional<String> stuck();
  }

  private final ApiClient client;
  private final Settings settings;
  private final Loops loops;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private volatile boolean lost;
  private volatile @Nullable LeaderElector elector;

  public ElectedProcess(ApiClient client, Settings settings, Loops loops) {
    this.client = client;
    this.settings = settings;
    this.loops = loops;
  }

  /** How this process is; one that stands by for the lease is well. */
  public Health health() {
    return new Health()
        .live("leaderElection", () -> Optional.ofNullable(elector).flatMap(LeaderElector::problem))
        .live("loops", loops::stuck)
        .ready(
            "informer-sync",
            () -> {
              List<String> waiting = loops.views().waiting();
              return waiting.isEmpty()
                  ? Optional.empty()
                  : Optional.of("waiting for " + String.join(",", waiting));
            });
  }

  /**
   * Runs until the process is told to end.
   *
   * @throws IllegalStateException when the lease was lost
   */
  public void run() throws InterruptedException {
    Thread hook = Thread.ofPlatform().name("shutdown").unstarted(this::stop);
    Runtime.getRuntime().addShutdownHook(hook);
    long began = System.nanoTime();
    loops.views().start();
    while (!loops.views().awaitSync(REPORT)) {
      LOG.warn("event=waiting server={} kinds={}", client.server(), String.join(",", waiting()));
    }
    LOG.info("event=synced millis={}", (System.nanoTime() - began) / 1_000_000);
    if (settings.elect()) {
      elect();
    } else {
      loops.start();
      Thread.currentThread().join();
    }
    if (lost) {
      throw new IllegalStateException(
          "the lease " + settings.namespace() + "/" + settings.lease() + " was lost; ending");
    }
  }

  private Iterable<String> waiting() {
    return loops.views().waiting();
  }

  private void elect() {
    RandomGenerator random = RandomGenerator.getDefault();
    LeaderElector made =
        new LeaderElector(
            client.resource(Lease.class).inNamespace(settings.namespace()),
            settings.lease(),
            settings.identity().orElseGet(() -> unique(random)),
            settings.timing(),
            new Listener(),
            InstantSource.system(),
            random);
    elector = made;
    if (!stopped.get()) {
      made.run();
    }
  }

  private final class Listener implements LeaderElector.Listener {
    @Override
    public void started() {
      if (!stopped.get()) {
        loops.start();
      }
    }

    @Override
    public void stopped() {
      lost = true;
      loops.stop();
      LeaderElector made = elector;
      if (made != null) {
        made.close();
      }
    }
  }

  private void stop() {
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    loops.stop();
    LeaderElector made = elector;
    if (made != null) {
      made.close();
      made.release();
    }
    loops.views().close();
    client.close();
  }

  private static String unique(RandomGenerator random) {
    byte[] unique = new byte[8];
    random.nextBytes(unique);
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    return host + "_" + HexFormat.of().formatHex(unique);
  }
}
