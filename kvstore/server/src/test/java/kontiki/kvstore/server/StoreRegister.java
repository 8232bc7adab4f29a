package kontiki.kvstore.server;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;

/** A key of a real store with three members. */
final class StoreRegister implements Register {
  private static final long READ_MILLIS = 100;
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final RangeRequest READ = RangeRequest.newBuilder().setKey(KEY).build();

  private final TestCluster cluster;
  private final TreeMap<String, KvClient> clients = new TreeMap<>();

  StoreRegister(Path directory) throws IOException, InterruptedException {
    cluster = TestCluster.started(directory, 3);
    for (int member = 1; member <= 3; member++) {
      clients.put(name(member), cluster.client(member));
    }
  }

  private String name(int member) {
    return Long.toHexString(cluster.server(member).role().self());
  }

  @Override
  public String leader() throws InterruptedException {
    return name(cluster.leader());
  }

  @Override
  public void writeNotAt(String member, long value) {
    String other =
        clients.keySet().stream().filter(name -> !name.equals(member)).findFirst().orElseThrow();
    clients.get(other).put(KEY, ByteString.copyFromUtf8(Long.toString(value)));
  }

  @Override
  public OptionalLong read(String member) {
    try {
      return OptionalLong.of(range(member, READ));
    } catch (StatusRuntimeException e) {
      Status.Code code = e.getStatus().getCode();
      if (Set.of(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE).contains(code)) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  @Override
  public long local(String member) {
    return range(member, READ.toBuilder().setSerializable(true).build());
  }

  private long range(String member, RangeRequest request) {
    return Long.parseLong(
        KVGrpc.newBlockingStub(clients.get(member).channel())
            .withDeadlineAfter(READ_MILLIS, TimeUnit.MILLISECONDS)
            .range(request)
            .getKvs(0)
            .getValue()
            .toStringUtf8());
  }

  @Override
  public void close() {
    clients.values().forEach(KvClient::close);
    cluster.close();
  }
}
