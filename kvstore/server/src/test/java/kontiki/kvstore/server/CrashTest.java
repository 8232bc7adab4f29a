package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.RangeResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members in processes of their own are killed while clients write. */
class CrashTest {
  private static final int WRITERS = 8;

  /** How long serving again may take at most; found by silence alone it would take longer. */
  private static final Duration FAILOVER = Duration.ofSeconds(3);

  @TempDir Path directory;

  @Test
  void noAcknowledgedWriteIsLostWhenTheLeaderAndThenEverybodyIsKilled()
      throws IOException, InterruptedException {
    try (ProcessCluster cluster = new ProcessCluster(directory, 3, "--election-timeout=5000")) {
      cluster.startAll();
      cluster.awaitServing();
      Set<String> acknowledged = new ConcurrentSkipListSet<>();
      int leader = cluster.leader();
      Writers writers = new Writers(cluster, acknowledged);
      TestCluster.await("writes", () -> acknowledged.size() > 300);

      long killedAt = System.nanoTime();
      cluster.kill(leader);
      long servedAt = writers.awaitWriteBegunAfter(killedAt);
      Duration outage = Duration.ofNanos(servedAt - killedAt);
      int before = acknowledged.size();
      TestCluster.await("more writes", () -> acknowledged.size() > before + 300);
      writers.stop();
      System.out.println("served again " + outage.toMillis() + " ms after kill -9 of the leader");
      assertThat(outage).isLessThan(FAILOVER);
      assertThat(keys(cluster)).containsAll(acknowledged);

      cluster.killAll();
      cluster.startAll();
      cluster.awaitServing();
      assertThat(keys(cluster)).containsAll(acknowledged);
      for (int member : cluster.runningMembers()) {
        try (KvClient client = cluster.client(List.of(member), Duration.ofSeconds(20))) {
          assertThat(client.range(KeyRange.prefix("w/")).getCount())
              .isEqualTo(keys(cluster).size());
        }
      }
    }
  }

  private static Set<String> keys(ProcessCluster cluster) {
    try (KvClient client = cluster.client(cluster.runningMembers(), Duration.ofSeconds(20))) {
      RangeResponse all = client.range(KeyRange.prefix("w/"));
      return all.getKvsList().stream()
          .map(kv -> kv.getKey().toStringUtf8())
          .collect(Collectors.toSet());
    }
  }

  /** Each writer talks to one member; those of a dead member only fail. */
  private static final class Writers {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong lastBegin = new AtomicLong();
    private final AtomicLong lastEnd = new AtomicLong();
    private final List<Thread> threads;

    Writers(ProcessCluster cluster, Set<String> acknowledged) {
      List<Integer> members = cluster.runningMembers();
      threads =
          IntStream.range(0, WRITERS)
              .mapToObj(i ->
                  Thread.ofVirtual()
                      .start(() -> {
                        int member = members.get(i % members.size());
                        try (KvClient client =
                            cluster.client(List.of(member), Duration.ofSeconds(20))) {
                          write(i, client, acknowledged);
                        }
                      }))
              .toList();
    }

    private void write(int writer, KvClient client, Set<String> acknowledged) {
      for (int n = 0; !stopped.get(); n++) {
        String key = "w/" + writer + "/" + n;
        long begin = System.nanoTime();
        try {
          client.put(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8("x".repeat(100)));
        } catch (StatusRuntimeException e) {
          continue;
        }
        acknowledged.add(key);
        synchronized (this) {
          if (begin > lastBegin.get()) {
            lastBegin.set(begin);
            lastEnd.set(System.nanoTime());
          }
        }
      }
    }

    /** When the first write that began after {@code nanos} had been acknowledged, or nearly so. */
    long awaitWriteBegunAfter(long nanos) throws InterruptedException {
      TestCluster.await("a write after the kill", () -> lastBegin.get() > nanos);
      return lastEnd.get();
    }

    void stop() throws InterruptedException {
      stopped.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
