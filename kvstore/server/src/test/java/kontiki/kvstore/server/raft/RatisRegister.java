package kontiki.kvstore.server.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kontiki.kvstore.server.Register;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import kontiki.pki.transport.TlsIdentity;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/**
 * A number on Ratis alone, set up as the store sets it up but for one thing: reads go through
 * Ratis' LINEARIZABLE option. The store must not do this; tests use it to show that they would see
 * it.
 */
public final class RatisRegister implements Register {
  private static final long READ_MILLIS = 100;
  private static final long WRITE_SECONDS = 60;
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private final RaftGroup group;
  private final TreeMap<String, RaftServer> servers = new TreeMap<>();
  private final TreeMap<String, Value> values = new TreeMap<>();
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  /**
   * @param ports of the members, free on the loopback interface
   */
  public RatisRegister(Path directory, List<Integer> ports) throws IOException {
    List<String> names = IntStream.rangeClosed(1, ports.size()).mapToObj(i -> "m" + i).toList();
    PkiDirectory pki =
        PkiDirectory.create(
            directory.resolve("pki"),
            ClusterPlan.of(
                names.stream()
                    .map(name -> new ClusterPlan.Member(name, List.of("127.0.0.1")))
                    .toList(),
                List.of(),
                List.of()),
            InstantSource.system());
    List<RaftPeer> peers =
        IntStream.range(0, ports.size())
            .mapToObj(i ->
                RaftPeer.newBuilder()
                    .setId(names.get(i))
                    .setAddress("127.0.0.1:" + ports.get(i))
                    .build())
            .toList();
    this.group = RaftGroup.valueOf(RaftGroupId.valueOf(UUID.randomUUID()), peers);
    for (int i = 0; i < ports.size(); i++) {
      start(directory, pki, names.get(i), ports.get(i));
    }
  }

  private void start(Path directory, PkiDirectory pki, String name, int port) throws IOException {
    RaftProperties properties =
        RatisProperties.of(directory.resolve(name), "127.0.0.1", port, RaftSettings.DEFAULT);
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    TlsIdentity identity =
        TlsIdentity.load(
            pki.certificate(CertificateSet.STORE_PEER, name),
            pki.key(CertificateSet.STORE_PEER, name),
            pki.authority(CertificateSet.STORE_PEER));
    Value value = new Value();
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(
                group.getPeers().stream()
                    .map(RaftPeer::getId)
                    .filter(id -> id.toString().equals(name))
                    .findFirst()
                    .orElseThrow())
            .setGroup(group)
            .setStateMachine(value)
            .setProperties(properties)
            .setParameters(PromptRpc.with(RaftSecurity.of(identity), new Commits()))
            .setOption(RaftStorage.StartupOption.FORMAT)
            .build();
    server.start();
    servers.put(name, server);
    values.put(name, value);
  }

  private static final class Value extends BaseStateMachine {
    private volatile long value;

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext context) {
      var entry = context.getLogEntry();
      value = Long.parseLong(entry.getStateMachineLogEntry().getLogData().toStringUtf8());
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
      return CompletableFuture.completedFuture(Message.valueOf(Long.toString(value)));
    }
  }

  @Override
  public String leader() throws InterruptedException {
    return leaderOtherThan("");
  }

  private String leaderOtherThan(String member) throws InterruptedException {
    while (true) {
      for (String name : servers.keySet()) {
        if (!name.equals(member) && leads(name)) {
          return name;
        }
      }
      boolean unused = NEVER.await(1, TimeUnit.MILLISECONDS);
    }
  }

  private boolean leads(String name) {
    try {
      var info = servers.get(name).getDivision(group.getGroupId()).getInfo();
      return info.isLeader() && info.isLeaderReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void writeNotAt(String member, long value) throws InterruptedException {
    try {
      RaftClientReply reply =
          send(
                  leaderOtherThan(member),
                  Message.valueOf(Long.toString(value)),
                  RaftClientRequest.writeRequestType())
              .get(WRITE_SECONDS, TimeUnit.SECONDS);
      if (!reply.isSuccess()) {
        throw new AssertionError("not written", reply.getException());
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("not written", e);
    }
  }

  @Override
  public OptionalLong read(String member) throws InterruptedException {
    try {
      RaftClientReply reply =
          send(member, Message.EMPTY, RaftClientRequest.readRequestType())
              .get(READ_MILLIS, TimeUnit.MILLISECONDS);
      return reply.isSuccess()
          ? OptionalLong.of(Long.parseLong(reply.getMessage().getContent().toStringUtf8()))
          : OptionalLong.empty();
    } catch (ExecutionException | TimeoutException e) {
      return OptionalLong.empty();
    }
  }

  private CompletableFuture<RaftClientReply> send(
      String member, Message message, RaftClientRequest.Type type) {
    RaftServer server = servers.get(member);
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(group.getGroupId())
            .setCallId(calls.incrementAndGet())
            .setMessage(message)
            .setType(type)
            .build();
    try {
      return server.submitClientRequestAsync(request);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public long local(String member) {
    return values.get(member).value;
  }

  @Override
  public void close() {
    for (RaftServer server : servers.values()) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
