package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Context;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.CampaignRequest;
import kontiki.kvstore.api.pb.ElectionGrpc;
import kontiki.kvstore.api.pb.ElectionGrpc.ElectionBlockingStub;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.LeaderKey;
import kontiki.kvstore.api.pb.LeaderRequest;
import kontiki.kvstore.api.pb.LeaderResponse;
import kontiki.kvstore.api.pb.LeaseGrantRequest;
import kontiki.kvstore.api.pb.LeaseGrpc;
import kontiki.kvstore.api.pb.LeaseRevokeRequest;
import kontiki.kvstore.api.pb.LeaseTimeToLiveRequest;
import kontiki.kvstore.api.pb.LockGrpc;
import kontiki.kvstore.api.pb.LockRequest;
import kontiki.kvstore.api.pb.LockResponse;
import kontiki.kvstore.api.pb.ProclaimRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.ResignRequest;
import kontiki.kvstore.api.pb.UnlockRequest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks and elections that the server keeps, beside Debian's etcd and etcdctl. */
class ConcurrencyTest {
  private static final int PATIENCE_SECONDS = 60;

  @TempDir Path directory;

  @Test
  void locksAndElectionsAreEtcds() throws Exception {
    Assumptions.assumeTrue(RealEtcd.isInstalled(), "etcd is not installed (etcd-server)");
    try (RealEtcd etcd = RealEtcd.start(directory);
        TestCluster cluster = TestCluster.started(directory, 1);
        var client = cluster.client(1)) {
      List<String> expected = new Script(etcd.channel()).run();
      assertThat(new Script(client.channel()).run()).isEqualTo(expected);
    }
  }

  @Test
  void aLostKeyEndsTheWaitAtOnce() throws Exception {
    try (TestCluster cluster = TestCluster.started(directory, 1);
        var client = cluster.client(1)) {
      Script script = new Script(client.channel());
      script.grant(1, 2);
      var unused = script.lock("a", 1).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      ListenableFuture<LockResponse> waiting = script.lock("a", 2);
      script.awaitKey("a/2", true);
      ListenableFuture<?> candidate =
          ElectionGrpc.newFutureStub(client.channel())
              .campaign(CampaignRequest.newBuilder().setName(bytes("a")).setLease(3).build());
      assertThat(failure(candidate)).contains("UNKNOWN", "requested lease not found");
      script.revoke(2);
      assertThat(failure(waiting)).contains("UNKNOWN", "mutex: session is expired");
      assertThat(script.keys("a/")).isEqualTo("a/1 ");
    }
  }

  @Test
  void aLineSpansTheMembersAndEtcdctl() throws Exception {
    Assumptions.assumeTrue(Etcdctl.isInstalled(), "etcdctl is not installed (etcd-client)");
    try (TestCluster cluster = TestCluster.started(directory, 3);
        var second = cluster.client(2);
        var third = cluster.client(3)) {
      Etcdctl etcdctl = new Etcdctl(cluster.endpoints(), cluster.pki());
      Process holder = etcdctl.start("", "lock", "a");
      try (var out = reader(holder)) {
        assertThat(out.readLine()).startsWith("a/");
        Script script = new Script(second.channel());
        script.grant(1);
        ListenableFuture<LockResponse> waiting = script.lock("a", 1);
        script.awaitKey("a/1", true);
        assertThat(waiting.isDone()).isFalse();
        holder.destroy();
        LockResponse held = waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(held.getKey()).isEqualTo(bytes("a/1"));
        Process next = etcdctl.start("", "lock", "a");
        try (var nextOut = reader(next)) {
          script.awaitCount("a/", 2);
          var unused = new Script(third.channel()).unlock("a/1");
          assertThat(nextOut.readLine()).startsWith("a/").isNotEqualTo("a/1");
        } finally {
          next.destroy();
          next.waitFor();
        }
      } finally {
        holder.destroyForcibly().waitFor();
      }
      elect(etcdctl, second.channel());
    }
  }

  private static void elect(Etcdctl etcdctl, Channel channel) throws Exception {
    Process candidate = etcdctl.start("", "elect", "e", "one");
    try (var out = reader(candidate)) {
      assertThat(out.readLine()).startsWith("e/");
      assertThat(out.readLine()).isEqualTo("one");
      KeyValue leader = elections(channel).leader(leaderOf("e")).getKv();
      assertThat(leader.getValue()).isEqualTo(bytes("one"));
    } finally {
      candidate.destroy();
      candidate.waitFor();
    }
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String failure(ListenableFuture<?> call)
      throws InterruptedException, TimeoutException {
    try {
      return "answered: " + call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    }
  }

  private static ElectionBlockingStub elections(Channel channel) {
    return ElectionGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static LeaderRequest leaderOf(String name) {
    return LeaderRequest.newBuilder().setName(bytes(name)).build();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** The same questions for two servers. */
  private static final class Script {
    private final Channel channel;
    private final Transcript transcript = new Transcript();

    Script(Channel channel) {
      this.channel = channel;
    }

    List<String> run() throws Exception {
      grant(17, 18, 19);
      locks();
      unlocks();
      elections();
      observation();
      return transcript.lines();
    }

    private void locks() throws Exception {
      add("no lease", lock("a", 404));
      add("free", lock("a", 17));
      add("again", lock("a", 17));
      add("no name", lock("", 17));
      Context.CancellableContext caller = Context.current().withCancellation();
      ListenableFuture<LockResponse> impatient = caller.call(() -> lock("a", 18));
      awaitKey("a/12", true);
      ListenableFuture<LockResponse> patient = lock("a", 19);
      awaitKey("a/13", true);
      transcript.add("line " + keys("a/") + impatient.isDone() + patient.isDone());
      caller.cancel(null);
      awaitKey("a/12", false);
      transcript.add("after a cancel " + keys("a/") + patient.isDone());
      transcript.add("unlock", () -> unlock("a/11"));
      add("next", patient);
      transcript.add("unlock", () -> unlock("a/13"));
    }

    private void unlocks() throws Exception {
      transcript.add("unlock nothing", () -> unlock("nothing"));
      transcript.add("unlock no key", () -> unlock(""));
      ByteString key = lock("own", 0).get(PATIENCE_SECONDS, TimeUnit.SECONDS).getKey();
      long lease = Long.parseLong(key.toStringUtf8().substring("own/".length()), 16);
      transcript.add(
          "lease of its own "
              + LeaseGrpc.newBlockingStub(channel)
                  .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder().setID(lease).build())
                  .getGrantedTTL());
    }

    private void elections() throws Exception {
      ElectionBlockingStub stub = ConcurrencyTest.elections(channel);
      transcript.add("no leader", () -> stub.leader(leaderOf("e")));
      transcript.add("no lease", () -> stub.campaign(campaign(404, "x")));
      transcript.add("first", () -> stub.campaign(campaign(17, "one")));
      transcript.add("same value", () -> stub.campaign(campaign(17, "one")));
      transcript.add("another value", () -> stub.campaign(campaign(17, "two")));
      transcript.add("leader", () -> stub.leader(leaderOf("e")));
      long created = stub.leader(leaderOf("e")).getKv().getCreateRevision();
      LeaderKey leader = leaderKey(created);
      transcript.add("proclaim", () -> stub.proclaim(proclaim(leader, "three")));
      transcript.add("wrong", () -> stub.proclaim(proclaim(leaderKey(1), "four")));
      transcript.add("missing", () -> stub.proclaim(ProclaimRequest.getDefaultInstance()));
      transcript.add("missing", () -> stub.resign(ResignRequest.getDefaultInstance()));
      ListenableFuture<?> next = ElectionGrpc.newFutureStub(channel).campaign(campaign(18, "five"));
      awaitKey("e/12", true);
      transcript.add("waits " + next.isDone() + keys("e/"));
      transcript.add("wrong", () -> stub.resign(resign(leaderKey(1))));
      transcript.add("resign", () -> stub.resign(resign(leader)));
      transcript.add("elected " + next.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getClass());
      transcript.add("again", () -> stub.resign(resign(leader)));
      transcript.add("leader", () -> stub.leader(leaderOf("e")));
    }

    private void observation() throws Exception {
      ElectionBlockingStub stub = ConcurrencyTest.elections(channel);
      Context.CancellableContext caller = Context.current().withCancellation();
      Iterator<LeaderResponse> leaders = caller.call(() -> stub.observe(leaderOf("e")));
      transcript.add("observed", leaders::next);
      Iterator<LeaderResponse> nobody = caller.call(() -> stub.observe(leaderOf("later")));
      revoke(18);
      transcript.add("elected", () -> stub.campaign(campaign(19, "six")));
      transcript.add("observed", leaders::next);
      long created = stub.leader(leaderOf("e")).getKv().getCreateRevision();
      LeaderKey leader =
          LeaderKey.newBuilder()
              .setName(bytes("e"))
              .setKey(bytes("e/13"))
              .setRev(created)
              .setLease(19)
              .build();
      transcript.add("proclaim", () -> stub.proclaim(proclaim(leader, "seven")));
      transcript.add("observed", leaders::next);
      CampaignRequest late =
          CampaignRequest.newBuilder()
              .setName(bytes("later"))
              .setLease(19)
              .setValue(bytes("x"))
              .build();
      transcript.add("elected", () -> stub.campaign(late));
      transcript.add("observed", nobody::next);
      caller.cancel(null);
    }

    ListenableFuture<LockResponse> lock(String name, long lease) {
      return LockGrpc.newFutureStub(channel)
          .lock(LockRequest.newBuilder().setName(bytes(name)).setLease(lease).build());
    }

    private void add(String question, ListenableFuture<LockResponse> call) {
      transcript.add(
          question,
          () -> {
            try {
              return call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
              throw (RuntimeException) e.getCause();
            } catch (InterruptedException | TimeoutException e) {
              throw new AssertionError(question, e);
            }
          });
    }

    kontiki.kvstore.api.pb.UnlockResponse unlock(String key) {
      return LockGrpc.newBlockingStub(channel)
          .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .unlock(UnlockRequest.newBuilder().setKey(bytes(key)).build());
    }

    private static CampaignRequest campaign(long lease, String value) {
      return CampaignRequest.newBuilder()
          .setName(bytes("e"))
          .setLease(lease)
          .setValue(bytes(value))
          .build();
    }

    private static LeaderKey leaderKey(long created) {
      return LeaderKey.newBuilder()
          .setName(bytes("e"))
          .setKey(bytes("e/11"))
          .setRev(created)
          .setLease(17)
          .build();
    }

    private static ProclaimRequest proclaim(LeaderKey leader, String value) {
      return ProclaimRequest.newBuilder().setLeader(leader).setValue(bytes(value)).build();
    }

    private static ResignRequest resign(LeaderKey leader) {
      return ResignRequest.newBuilder().setLeader(leader).build();
    }

    void grant(long... leases) {
      for (long lease : leases) {
        var unused =
            LeaseGrpc.newBlockingStub(channel)
                .leaseGrant(LeaseGrantRequest.newBuilder().setID(lease).setTTL(600).build());
      }
    }

    void revoke(long lease) {
      var unused =
          LeaseGrpc.newBlockingStub(channel)
              .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    }

    void awaitKey(String key, boolean there) throws InterruptedException {
      TestCluster.await(key, () -> keys(key).isEmpty() != there);
    }

    void awaitCount(String prefix, int count) throws InterruptedException {
      TestCluster.await(prefix, () -> keys(prefix).split(" ").length == count);
    }

    String keys(String prefix) {
      KeyRange range = KeyRange.prefix(prefix);
      StringBuilder keys = new StringBuilder();
      for (KeyValue kv :
          KVGrpc.newBlockingStub(channel)
              .range(
                  RangeRequest.newBuilder()
                      .setKey(range.key())
                      .setRangeEnd(range.end())
                      .setKeysOnly(true)
                      .build())
              .getKvsList()) {
        keys.append(kv.getKey().toStringUtf8()).append(' ');
      }
      return keys.toString();
    }
  }
}
