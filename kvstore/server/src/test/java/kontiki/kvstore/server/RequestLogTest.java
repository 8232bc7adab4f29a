package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.RequestId;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A member's log names requests by the ids that their callers gave. */
class RequestLogTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("kontiki.kvstore.access");
  private static final PutRequest PUT =
      PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("/k")).build();

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @TempDir Path directory;

  @BeforeEach
  void listen() {
    lines.start();
    LOG.addAppender(lines);
  }

  @AfterEach
  void stop() {
    LOG.setLevel(null);
    LOG.detachAppender(lines);
  }

  @Test
  void aRequestIsNamedAtLevelDebugAndNothingIsWrittenAbove()
      throws IOException, InterruptedException {
    try (TestCluster cluster = started(Duration.ofMinutes(1));
        KvClient client = cluster.client(1)) {
      assertThat(LOG.isDebugEnabled()).as("debug is not the default").isFalse();
      put(client, "id-0", PUT);
      LOG.setLevel(Level.DEBUG);
      long revision = put(client, "id-1", PUT);
      assertThatThrownBy(() -> put(client, "id-2", PutRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
      LOG.setLevel(Level.INFO);
      put(client, "id-3", PUT);

      String rpc = " rpc=etcdserverpb.KV/Put key=";
      assertThat(texts())
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .startsWith("request=id-1" + rpc + "\"/k\" revision=" + revision + " ")
                      .contains(" code=OK "),
              line ->
                  assertThat(line)
                      .startsWith("request=id-2" + rpc + "\"\" revision=0 ")
                      .contains(" code=INVALID_ARGUMENT "));
    }
  }

  @Test
  void aSlowRequestIsWarnedOf() throws IOException, InterruptedException {
    try (TestCluster cluster = started(Duration.ZERO);
        KvClient client = cluster.client(1)) {
      put(client, "id-slow", PUT);
      assertThat(lines.list)
          .singleElement()
          .satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                .startsWith("request took too long request=id-slow rpc=etcdserverpb.KV/Put ")
                .endsWith(" limit_ms=0 left_out=0");
          });
    }
  }

  private TestCluster started(Duration slow) throws IOException, InterruptedException {
    EtcdConfig.Limits usual = EtcdConfig.Limits.DEFAULT;
    TestCluster cluster =
        new TestCluster(directory, 1)
            .with(
                new EtcdConfig.Limits(
                    usual.maxRequestBytes(),
                    usual.maxTxnOps(),
                    usual.quotaBytes(),
                    usual.compactionRecords(),
                    usual.compactionPause(),
                    slow,
                    usual.retention(),
                    usual.maxRangeBytes()));
    cluster.startAll();
    return cluster;
  }

  private static long put(KvClient client, String id, PutRequest request) {
    Metadata headers = new Metadata();
    headers.put(RequestId.KEY, id);
    return KVGrpc.newBlockingStub(client.channel())
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .put(request)
        .getHeader()
        .getRevision();
  }

  private List<String> texts() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
