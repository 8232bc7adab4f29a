package kontiki.chaos.workload;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kontiki.chaos.cluster.Cluster;
import kontiki.chaos.history.Change;
import kontiki.chaos.history.Event;
import kontiki.chaos.history.HistoryFile;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.KvWatch;
import kontiki.kvstore.api.RetryPolicy;
import kontiki.kvstore.api.WatchListener;
import kontiki.kvstore.api.pb.WatchCreateRequest;

/**
 * One watch at each member over every key of a run, from its first revision; and in the end each
 * member's whole record once more, the first one's as the run's log. Starting and finishing is for
 * one thread; the watches record on threads of their own.
 */
final class Watches {
  private static final Duration FINISH_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
  private static final RetryPolicy RETRIES =
      new RetryPolicy(Integer.MAX_VALUE, Duration.ofMillis(20), Duration.ofMillis(500));

  /** Writes the last key and returns its revision. */
  interface LastWrite {
    long revision() throws IOException;
  }

  private final String prefix;
  private final List<Following> following = new ArrayList<>();
  private long firstRevision;
  private int count;

  Watches(String prefix) {
    this.prefix = prefix;
  }

  /** A watch that records, and says when it has come to a revision. */
  private final class Following implements WatchListener, AutoCloseable {
    private final HistoryFile history;
    private final int number;
    private final KvClient client;
    private final KvWatch watch;
    private final Consumer<Change> record;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private volatile long reached;
    private volatile long destination = Long.MAX_VALUE;

    Following(Cluster cluster, String member, HistoryFile history, boolean asLog) {
      this.history = history;
      this.number = ++count;
      this.client = new KvClient(cluster.connect(member), CALL_TIMEOUT, RETRIES);
      if (asLog) {
        record = change -> history.append(new Event.Logged(history.nanos(), change));
      } else {
        record = change -> history.append(new Event.WatchSaw(history.nanos(), number, change));
        history.append(new Event.WatchOpened(history.nanos(), number, firstRevision, member));
      }
      var range = KeyRange.prefix(prefix);
      this.watch =
          client.watch(
              WatchCreateRequest.newBuilder()
                  .setKey(range.key())
                  .setRangeEnd(range.end())
                  .setStartRevision(firstRevision)
                  .setProgressNotify(true)
                  .build(),
              this);
    }

    @Override
    public void onEvents(List<kontiki.kvstore.api.pb.Event> events, long revision) {
      for (var event : events) {
        var kv = event.getKv();
        boolean put = event.getType() == kontiki.kvstore.api.pb.Event.EventType.PUT;
        record.accept(
            new Change(
                kv.getModRevision(),
                put ? Change.Kind.PUT : Change.Kind.DELETE,
                text(kv.getKey()),
                put ? text(kv.getValue()) : ""));
        reached = kv.getModRevision();
      }
      arrive();
    }

    @Override
    public void onProgress(long revision) {
      history.append(new Event.WatchProgressed(history.nanos(), number, revision));
    }

    @Override
    public void onCompacted(long compactRevision) {
      onEnd(Status.OUT_OF_RANGE.withDescription("compacted at " + compactRevision));
    }

    @Override
    public void onEnd(Status reason) {
      String text = reason.getCode() + " " + reason.getDescription();
      history.append(new Event.WatchClosed(history.nanos(), number, text));
    }

    private void arrive() {
      if (reached >= destination) {
        arrived.countDown();
      }
    }

    void awaitRevision(long revision) throws IOException, InterruptedException {
      destination = revision;
      arrive();
      if (!arrived.await(FINISH_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(
            "watch "
                + number
                + " came to revision "
                + reached
                + " of "
                + revision
                + " and no further");
      }
    }

    @Override
    public void close() {
      watch.close();
      client.close();
    }
  }

  void start(Cluster cluster, HistoryFile history) {
    try (var client =
        new KvClient(cluster.connect(cluster.members().getFirst()), CALL_TIMEOUT, RETRIES)) {
      firstRevision = client.range(KeyRange.single(prefix)).getHeader().getRevision() + 1;
    }
    for (String member : cluster.members()) {
      following.add(new Following(cluster, member, history, false));
    }
  }

  void finish(Cluster cluster, HistoryFile history, LastWrite last)
      throws IOException, InterruptedException {
    try {
      long revision = last.revision();
      for (var each : following) {
        each.awaitRevision(revision);
      }
      var members = cluster.members();
      for (int i = 0; i < members.size(); i++) {
        try (var again = new Following(cluster, members.get(i), history, i == 0)) {
          again.awaitRevision(revision);
        }
      }
      history.append(new Event.LogEnded(history.nanos(), revision));
    } finally {
      following.forEach(Following::close);
    }
  }

  private static String text(ByteString bytes) {
    return bytes.toStringUtf8();
  }
}
