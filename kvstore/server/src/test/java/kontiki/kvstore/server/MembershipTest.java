package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.api.pb.MemberAddRequest;
import kontiki.kvstore.api.pb.MemberListRequest;
import kontiki.kvstore.api.pb.MemberPromoteRequest;
import kontiki.kvstore.api.pb.MemberRemoveRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go while the store is used. */
class MembershipTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");

  @TempDir Path directory;

  @Test
  void aMemberJoinsAndTheLeaderLeaves() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Etcdctl.isInstalled(), "etcdctl is not installed (etcd-client)");
    try (TestCluster cluster = TestCluster.started(directory, 3);
        Freshness freshness = new Freshness()) {
      Etcdctl etcdctl = new Etcdctl(cluster.endpoints(), cluster.pki());
      etcdctl.run("put", "k", "before");
      freshness.write(cluster, 1, 2, 3);
      for (int member = 1; member <= 3; member++) {
        freshness.read(cluster, member);
      }
      assertThatThrownBy(() -> cluster.join(4))
          .hasMessageContaining("the cluster expects no member at " + cluster.peerUrl(4));
      assertThat(etcdctl.run("member", "add", "m4", "--peer-urls=" + cluster.peerUrl(4)))
          .contains("added to cluster", "ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
      assertThat(etcdctl.run("member", "add", "m5", "--peer-urls=" + cluster.peerUrl(1)))
          .contains(EtcdError.PEER_URL_EXIST.message());
      assertThat(etcdctl.run("member", "list").lines().filter(line -> line.contains("unstarted")))
          .hasSize(1);
      cluster.join(4);
      cluster.awaitReady(4);
      TestCluster.await("a voter", () -> cluster.server(1).node().group().voters().size() == 4);
      assertThat(etcdctl.run("member", "list").lines().filter(line -> line.contains("started, m")))
          .hasSize(4);
      freshness.read(cluster, 4);
      try (KvClient joined = cluster.client(4)) {
        assertThat(joined.range(KeyRange.single("k")).getKvs(0).getValue().toStringUtf8())
            .isEqualTo("before");
        joined.put(KEY, KEY);
      }

      int leader = cluster.leader();
      String id = Long.toHexString(cluster.server(leader).role().self());
      assertThat(etcdctl.run("member", "remove", id)).contains("removed from cluster");
      assertThat(cluster.fault(leader)).hasMessageContaining("was removed from the cluster");
      cluster.stop(leader);
      int other = leader == 4 ? 1 : 4;
      TestCluster.await(
          "three voters", () -> cluster.server(other).node().group().voters().size() == 3);
      try (KvClient client = cluster.client(other)) {
        client.put(KEY, KEY);
        assertThat(client.range(KeyRange.single("k")).getCount()).isEqualTo(1);
        assertThat(
                error(() -> client.cluster().memberRemove(remove(Long.parseUnsignedLong(id, 16)))))
            .isEqualTo(EtcdError.MEMBER_NOT_FOUND.message());
      }
      long read = freshness.reads();
      long written = freshness.acknowledged();
      TestCluster.await(
          "reads and writes among those who stay",
          () -> freshness.reads() > read + 100 && freshness.acknowledged() > written + 10);
      assertThat(freshness.stop()).isEmpty();
      cluster.start(leader);
      assertThat(cluster.fault(leader)).hasMessageContaining("was removed from the cluster");
      cluster.stop(leader);
    }
  }

  @Test
  void aMemberThatLostItsDiskSaysWhatToDoAndComesBackAnew()
      throws IOException, InterruptedException {
    try (TestCluster cluster = TestCluster.started(directory, 3);
        KvClient client = cluster.client(1)) {
      client.put(KEY, KEY);
      long lost = cluster.server(3).role().self();
      cluster.stop(3);
      delete(cluster.dataDirectory(3));
      assertThatThrownBy(() -> cluster.start(3))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("its data directory is empty")
          .hasMessageContaining("kontiki kv member remove " + Long.toHexString(lost));
      assertThat(error(() -> client.cluster().memberAdd(add("https://127.0.0.1:1", false))))
          .isEqualTo(EtcdError.UNHEALTHY.message());
      assertThat(
              error(() -> client.cluster().memberRemove(remove(cluster.server(2).role().self()))))
          .isEqualTo(EtcdError.UNHEALTHY.message());
      var unused = client.cluster().memberRemove(remove(lost));
      Member anew = client.cluster().memberAdd(add(cluster.peerUrl(3), false)).getMember();
      assertThat(anew.getID()).isNotEqualTo(lost);
      cluster.join(3);
      cluster.awaitReady(3);
      try (KvClient back = cluster.client(3)) {
        assertThat(back.range(KeyRange.single("k")).getCount()).isEqualTo(1);
      }
      cluster.stop(3);
      cluster.join(3);
      cluster.awaitReady(3);
      assertThat(cluster.server(3).role().self()).isEqualTo(anew.getID());
    }
  }

  @Test
  void aLearnerFollowsAndIsPromoted() throws IOException, InterruptedException {
    try (TestCluster cluster = TestCluster.started(directory, 1);
        KvClient client = cluster.client(1)) {
      client.put(KEY, KEY);
      long id = client.cluster().memberAdd(add(cluster.peerUrl(2), true)).getMember().getID();
      assertThat(error(() -> client.cluster().memberAdd(add("https://127.0.0.1:1", true))))
          .isEqualTo(EtcdError.TOO_MANY_LEARNERS.message());
      assertThat(error(() -> client.cluster().memberPromote(promote(id))))
          .isEqualTo(EtcdError.LEARNER_NOT_READY.message());
      cluster.join(2);
      cluster.awaitReady(2);
      try (KvClient learner = cluster.client(2)) {
        TestCluster.await("a learner", () -> learner.status().getIsLearner());
        RangeRequest range = RangeRequest.newBuilder().setKey(KEY).build();
        assertThat(learner.range(range.toBuilder().setSerializable(true).build()).getCount())
            .isEqualTo(1);
        assertThat(error(() -> learner.range(range)))
            .isEqualTo(EtcdError.NOT_SUPPORTED_FOR_LEARNER.message());
        assertThat(error(() -> learner.put(KEY, KEY)))
            .isEqualTo(EtcdError.NOT_SUPPORTED_FOR_LEARNER.message());
        TestCluster.await(
            "a promotion",
            () -> error(() -> client.cluster().memberPromote(promote(id))).equals("none"));
        assertThat(error(() -> client.cluster().memberPromote(promote(id))))
            .isEqualTo(EtcdError.MEMBER_NOT_LEARNER.message());
        TestCluster.await("a voter", () -> cluster.server(1).node().group().voters().size() == 2);
        TestCluster.await("no learner", () -> !learner.status().getIsLearner());
        learner.put(KEY, KEY);
      }
      assertThat(
              client
                  .cluster()
                  .memberList(MemberListRequest.newBuilder().setLinearizable(true).build())
                  .getMembersList())
          .hasSize(2)
          .noneMatch(Member::getIsLearner);
      // Two members, and one goes: the other must not wait for it for ever.
      var unused = client.cluster().memberRemove(remove(id));
      assertThat(cluster.fault(2)).hasMessageContaining("was removed from the cluster");
      client.put(KEY, KEY);
    }
  }

  private static MemberAddRequest add(String peerUrl, boolean learner) {
    return MemberAddRequest.newBuilder().addPeerURLs(peerUrl).setIsLearner(learner).build();
  }

  private static MemberRemoveRequest remove(long id) {
    return MemberRemoveRequest.newBuilder().setID(id).build();
  }

  private static MemberPromoteRequest promote(long id) {
    return MemberPromoteRequest.newBuilder().setID(id).build();
  }

  private static String error(Callable<?> call) {
    try {
      Object unused = call.call();
      return "none";
    } catch (StatusRuntimeException e) {
      return String.valueOf(e.getStatus().getDescription());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void delete(Path root) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
