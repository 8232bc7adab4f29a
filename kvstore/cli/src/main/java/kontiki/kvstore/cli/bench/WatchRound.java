package kontiki.kvstore.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.pb.WatchCreateRequest;

/** One round of a {@link WatchWorkload}, on the command's thread; events come on event loops. */
final class WatchRound implements AutoCloseable {
  private static final long MILLIS_BETWEEN_LOOKS = 1;

  private final WatchWorkload workload;
  private final Target target;
  private final Limits limits;
  private final Progress progress;
  private final StampedPuts puts;
  private final List<Tally> tallies = new ArrayList<>();
  private final List<WatchStream> streams = new ArrayList<>();

  WatchRound(WatchWorkload workload, Target target, Limits limits, Progress progress) {
    this.workload = workload;
    this.target = target;
    this.limits = limits;
    this.progress = progress;
    this.puts = new StampedPuts(target, workload.space(), workload.values());
  }

  Round run() throws InterruptedException {
    watch();
    long start = System.nanoTime();
    long end = start + limits.time().toNanos();
    streams.forEach(stream -> stream.begin(end));
    var pace = Pace.of(workload.writer().rate(), 1);
    var written = new ClosedLoop(List.of(puts), 1, limits, pace, progress).run();
    awaitDelivery(start);
    long length = Math.min(System.nanoTime(), end) - start;
    streams.forEach(stream -> stream.end(puts.end()));
    written.errors().forEach(tallies.getFirst()::failed);
    return Tally.round(tallies, length / 1e9);
  }

  /** Opens the streams and waits until each watcher is confirmed. */
  private void watch() throws InterruptedException {
    int connections = target.connections() - workload.extraConnections();
    for (int i = 0; i < connections; i++) {
      tallies.add(new Tally(0));
    }
    var created = new CountDownLatch(workload.watchers());
    for (int i = 0; i < Math.min(workload.streams(), workload.watchers()); i++) {
      var tally = tallies.get(i % connections);
      streams.add(new WatchStream(target.channel(i % connections), tally, created));
    }
    // A member that lags behind must not show the writes of the round before.
    long revision = target.revision() + 1;
    long keys = workload.space().size();
    for (int i = 0; i < workload.watchers(); i++) {
      var create =
          WatchCreateRequest.newBuilder()
              .setKey(workload.space().key(i % keys))
              .setStartRevision(revision)
              .build();
      var stream = streams.get(i % streams.size());
      stream.watch(create, i % keys, keys, puts::isUncertain);
    }
    boolean all = created.await(target.timeout().toMillis(), TimeUnit.MILLISECONDS);
    if (!all) {
      throw new BenchFailure(
          "%s: %d of %d watchers were not confirmed within %d ms: give fewer --watchers or a longer"
                  .formatted(
                      target.name(),
                      created.getCount(),
                      workload.watchers(),
                      target.timeout().toMillis())
              + " --command-timeout");
    }
  }

  /** Waits for every event, as long as events come. */
  private void awaitDelivery(long start) throws InterruptedException {
    long seen = -1;
    long seenAt = System.nanoTime();
    while (!progress.isInterrupted()
        && !streams.stream().allMatch(stream -> stream.isComplete(puts.end()))) {
      long now = System.nanoTime();
      long delivered = tallies.stream().mapToLong(Tally::operations).sum();
      if (delivered != seen) {
        seen = delivered;
        seenAt = now;
        progress.show(delivered, (now - start) / 1e9);
      }
      if (now - seenAt > limits.patience().toNanos()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_LOOKS);
    }
  }

  @Override
  public void close() {
    streams.forEach(WatchStream::close);
  }
}
