package kontiki.kvstore.cli.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C asks the benchmark to end; the process waits, for a bounded time, until it has cleaned up
 * and printed, and then ends as interrupted: with the exit code 130. Thread-safe.
 */
final class Interrupt implements AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(30);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().name("bench-interrupt").unstarted(this::ask);
  private volatile boolean requested;

  /** From now on Ctrl-C waits for {@link #close}. */
  static Interrupt install() {
    var interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** Also what the signal does. */
  void request() {
    requested = true;
  }

  boolean isRequested() {
    return requested;
  }

  private void ask() {
    request();
    try {
      boolean inTime = closed.await(MOST.toSeconds(), TimeUnit.SECONDS);
      if (!inTime) {
        System.err.println("error: the benchmark did not end; keys under its prefix may be left");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is ending already.
        return;
      }
    }
  }
}
