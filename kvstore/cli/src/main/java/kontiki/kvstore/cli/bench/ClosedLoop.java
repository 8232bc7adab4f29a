package kontiki.kvstore.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that each send the next request when the last one was answered, or at their pace. They
 * are objects, not threads: the answer, on the connection's event loop, sends the next. For one
 * round.
 */
final class ClosedLoop {
  /** How often the waiting thread looks. */
  private static final Duration TICK = Duration.ofMillis(100);

  /** A client whose request failed waits this long: a server that refuses is not hammered. */
  private static final Duration ERROR_PAUSE = Duration.ofMillis(10);

  /** How long calls that were given up may take to say so. */
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(1);

  /** A call that did not even end when it was given up. */
  private static final String NO_ANSWER = "NO_ANSWER";

  private final List<Client> clients = new ArrayList<>();
  private final List<Tally> tallies = new ArrayList<>();
  private final Limits limits;
  private final Pace pace;
  private final Progress progress;
  private final AtomicLong sent = new AtomicLong();
  private final CountDownLatch busy;
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().daemon().name("bench-timer").factory(),
          new ThreadPoolExecutor.DiscardPolicy());
  private volatile boolean stopping;
  private volatile boolean closed;
  private long start;
  private long end;

  /**
   * @param requests one a client; they are closed with the round
   * @param connections the clients are spread over these by turns, as {@link Target#channel} does
   */
  ClosedLoop(
      List<? extends Request> requests,
      int connections,
      Limits limits,
      Pace pace,
      Progress progress) {
    this.limits = limits;
    this.pace = pace;
    this.progress = progress;
    this.busy = new CountDownLatch(requests.size());
    for (int i = 0; i < connections; i++) {
      tallies.add(new Tally(pace.intervalNanos()));
    }
    for (int i = 0; i < requests.size(); i++) {
      clients.add(new Client(requests.get(i), tallies.get(i % connections)));
    }
  }

  /** Runs the round; an interruption of the benchmark ends it early. */
  Round run() throws InterruptedException {
    start = System.nanoTime();
    end = start + limits.time().toNanos();
    try {
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).begin(i);
      }
      await();
      long length = Math.min(System.nanoTime(), end) - start;
      closed = true;
      return Tally.round(tallies, length / 1e9);
    } finally {
      closed = true;
      timer.shutdownNow();
      clients.forEach(client -> client.request.close());
    }
  }

  private void await() throws InterruptedException {
    long patience = limits.patience().toNanos() + 2 * pace.intervalNanos();
    long seen = -1;
    long seenAt = start;
    while (!busy.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
      long now = System.nanoTime();
      long finished = answered() + tallies.stream().mapToLong(Tally::failures).sum();
      if (finished != seen) {
        seen = finished;
        seenAt = now;
      }
      progress.show(answered(), (now - start) / 1e9);
      if (progress.isInterrupted() || now - seenAt > patience) {
        giveUp();
        return;
      }
    }
  }

  private void giveUp() throws InterruptedException {
    stopping = true;
    clients.forEach(client -> client.request.cancel());
    boolean all = busy.await(CANCEL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    if (!all) {
      clients.stream()
          .filter(client -> client.outstanding)
          .forEach(client -> client.tally.failed(NO_ANSWER));
    }
  }

  private long answered() {
    return tallies.stream().mapToLong(Tally::operations).sum();
  }

  private final class Client implements Request.Answer {
    private final Request request;
    private final Tally tally;
    private volatile long slot;
    private volatile long sentAt;
    private volatile boolean outstanding;

    Client(Request request, Tally tally) {
      this.request = request;
      this.tally = tally;
    }

    void begin(int index) {
      if (pace.isFlatOut()) {
        send();
      } else {
        at(pace.first(start, index, clients.size()));
      }
    }

    /** Sends at that time, unless the round is over by then. */
    private void at(long time) {
      slot = time;
      if (time >= end) {
        busy.countDown();
      } else {
        later(time - System.nanoTime());
      }
    }

    private void later(long nanos) {
      var _ = timer.schedule(this::send, nanos, TimeUnit.NANOSECONDS);
    }

    private void send() {
      long now = System.nanoTime();
      if (stopping || now >= end || sent.getAndIncrement() >= limits.operations()) {
        busy.countDown();
        return;
      }
      sentAt = now;
      outstanding = true;
      request.send(this);
    }

    @Override
    public void done(long bytes) {
      if (closed) {
        return;
      }
      long now = System.nanoTime();
      outstanding = false;
      tally.answered(now - sentAt, bytes, now <= end);
      if (pace.isFlatOut() || stopping) {
        send();
      } else {
        at(pace.next(slot, now));
      }
    }

    /** Never sends at once: a call that fails within its own start would recurse. */
    @Override
    public void failed(String code) {
      if (closed) {
        return;
      }
      outstanding = false;
      tally.failed(stopping ? "DEADLINE_EXCEEDED" : code);
      if (stopping) {
        busy.countDown();
      } else if (pace.isFlatOut()) {
        later(ERROR_PAUSE.toNanos());
      } else {
        at(pace.next(slot, System.nanoTime()));
      }
    }
  }
}
