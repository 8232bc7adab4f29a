package kontiki.pki.transport;

import io.netty.channel.Channel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings the commands of many threads to a connection's event loop in their order: one wake-up and
 * one flush for all that gathered meanwhile. What may gather is bounded by the callers: each stream
 * has a limit of unsent bytes.
 */
final class ConnectionQueue {
  /** Commands between two flushes, so that a busy connection sends while it works. */
  private static final int COMMANDS_A_FLUSH = 128;

  private final Channel channel;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  ConnectionQueue(Channel channel) {
    this.channel = channel;
  }

  /** Runs the command on the event loop, soon, and flushes after it. */
  void add(Runnable command) {
    commands.add(command);
    schedule();
  }

  /** As {@link #add}, but the command may wait until something is scheduled. */
  void addLazily(Runnable command) {
    commands.add(command);
  }

  void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        channel.eventLoop().execute(this::drain);
      } catch (RejectedExecutionException e) {
        // The loop is shut down: run what releases memory on this thread, the channel is gone.
        drain();
      }
    }
  }

  private void drain() {
    try {
      int ran = 0;
      Runnable command;
      while ((command = commands.poll()) != null) {
        command.run();
        if (++ran == COMMANDS_A_FLUSH) {
          ran = 0;
          channel.flush();
        }
      }
      if (ran > 0) {
        channel.flush();
      }
    } finally {
      scheduled.set(false);
      if (!commands.isEmpty()) {
        schedule();
      }
    }
  }
}
