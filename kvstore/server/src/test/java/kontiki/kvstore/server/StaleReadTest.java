package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader that is cut off from its peers must not answer a linearizable read with an old value.
 */
class StaleReadTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");

  @TempDir Path directory;

  @Test
  void aLeaderThatIsCutOffNeverAnswersWithAnOldValue() throws IOException, InterruptedException {
    try (TestCluster cluster = TestCluster.started(directory, 3);
        Partition partition = new Partition()) {
      int old = cluster.leader();
      try (KvClient atOld = cluster.client(old)) {
        atOld.put(KEY, ByteString.copyFromUtf8("1"));
        assertThat(value(atOld)).isEqualTo("1");

        partition.cutOff(Long.toHexString(cluster.server(old).role().self()));
        int next = 1 + old % 3;
        try (KvClient atNext = cluster.client(next)) {
          atNext.put(KEY, ByteString.copyFromUtf8("2"));
          assertThat(value(atNext)).isEqualTo("2");

          // The old leader still has the old value, and says so only to those who ask for it.
          RangeRequest serializable =
              RangeRequest.newBuilder().setKey(KEY).setSerializable(true).build();
          assertThat(atOld.range(serializable).getKvs(0).getValue().toStringUtf8()).isEqualTo("1");
          for (int i = 0; i < 5; i++) {
            assertThat(linearizableOrNothing(atOld)).isNotEqualTo("1");
          }
          partition.heal();
          assertThat(value(atOld)).isEqualTo("2");
        }
      }
    }
  }

  private static String value(KvClient client) {
    return client.range(KeyRange.single(KEY)).getKvs(0).getValue().toStringUtf8();
  }

  private static String linearizableOrNothing(KvClient client) {
    String[] value = {"nothing"};
    Throwable refusal =
        catchThrowable(() ->
            value[0] =
                KVGrpc.newBlockingStub(client.channel())
                    .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                    .range(RangeRequest.newBuilder().setKey(KEY).build())
                    .getKvs(0)
                    .getValue()
                    .toStringUtf8());
    assertThat(refusal == null || refusal instanceof StatusRuntimeException).isTrue();
    return value[0];
  }
}
