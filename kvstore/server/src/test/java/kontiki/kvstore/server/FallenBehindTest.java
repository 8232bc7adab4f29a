package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.WatchListener;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.HashKVRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.server.raft.RaftSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that was away for longer than the log reaches back fetches another's state. */
class FallenBehindTest {
  private static final RaftSettings SHORT_LOG =
      new RaftSettings(
          RaftSettings.DEFAULT.heartbeat(),
          RaftSettings.DEFAULT.election(),
          RaftSettings.DEFAULT.firstElection(),
          1 << 20,
          20,
          0);

  @TempDir Path directory;

  @Test
  void aMemberThatMissedMoreThanTheLogHoldsCatchesUp() throws IOException, InterruptedException {
    try (TestCluster cluster = new TestCluster(directory, 3).with(SHORT_LOG)) {
      cluster.startAll();
      int away = 1 + cluster.leader() % 3;
      int present = 1 + away % 3;
      try (KvClient client = cluster.client(present)) {
        put(client, 0);
        cluster.stop(away);
        for (int i = 1; i <= 120; i++) {
          put(client, i);
        }
        // Segments of the log are cut whole: this fills more than one.
        ByteString large = ByteString.copyFrom(new byte[900_000]);
        for (int i = 0; i < 45; i++) {
          client.put(ByteString.copyFromUtf8("large"), large);
        }
        TestCluster.await("the log to be cut", () -> cluster.firstLogIndex(present) > 5);
        cluster.start(away);
        cluster.awaitReady(away);
        try (KvClient back = cluster.client(away)) {
          RangeRequest serializable =
              RangeRequest.newBuilder()
                  .setKey(KeyRange.prefix("n/").key())
                  .setRangeEnd(KeyRange.prefix("n/").end())
                  .setSerializable(true)
                  .setCountOnly(true)
                  .build();
          TestCluster.await("the state", () -> back.range(serializable).getCount() == 121);
          BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
          try (var watch =
              back.watch(
                  WatchCreateRequest.newBuilder()
                      .setKey(ByteString.copyFromUtf8("after"))
                      .setStartRevision(2)
                      .build(),
                  new Revisions(seen))) {
            long revision =
                client
                    .put(ByteString.copyFromUtf8("after"), ByteString.EMPTY)
                    .getHeader()
                    .getRevision();
            assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(revision);
            assertThat(watch).isNotNull();
            HashKVRequest hash = HashKVRequest.newBuilder().setRevision(revision).build();
            assertThat(back.maintenance().hashKV(hash).getHash())
                .isEqualTo(client.maintenance().hashKV(hash).getHash());
          }
        }
      }
    }
  }

  private static void put(KvClient client, int i) {
    client.put(ByteString.copyFromUtf8("n/" + i), ByteString.copyFromUtf8("v"));
  }

  private record Revisions(BlockingQueue<Long> seen) implements WatchListener {
    @Override
    public void onEvents(List<Event> events, long revision) {
      events.forEach(event -> seen.add(event.getKv().getModRevision()));
    }

    @Override
    public void onCompacted(long compactRevision) {
      seen.add(-compactRevision);
    }

    @Override
    public void onEnd(Status reason) {
      seen.add(0L);
    }
  }
}
