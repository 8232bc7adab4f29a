package kontiki.kvstore.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ctrl-C and SIGTERM as news for a command that has something to give back first: the process waits
 * for it, for a bounded time, and then ends with the command's own exit code. Safe for many
 * threads.
 */
final class Signal implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final CompletableFuture<Void> arrived = new CompletableFuture<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final Thread hook = Thread.ofPlatform().name("kv-signal").unstarted(this::tell);
  private int exitCode = 1;

  /** From now on a signal waits for {@link #close}. */
  static Signal install() {
    var signal = new Signal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Completes with the first signal. */
  CompletableFuture<Void> arrived() {
    return arrived;
  }

  boolean hasArrived() {
    return arrived.isDone();
  }

  /** What the process ends with after a signal; 1 until this is said. */
  void exitCode(int code) {
    exitCode = code;
  }

  private void tell() {
    arrived.complete(null);
    int code = 1;
    try {
      code = ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      System.err.println("error: not given back in time; it will be when the lease ends");
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      Thread.currentThread().interrupt();
    }
    // An exit code cannot be chosen in any other way once a signal has come.
    Runtime.getRuntime().halt(code);
  }

  @Override
  public void close() {
    ended.complete(exitCode);
    if (!hasArrived()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is ending already.
        return;
      }
    }
  }
}
