package kontiki.kvstore.server;

import kontiki.kvstore.api.pb.Member;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which member this is, and of which cluster: for running it, and for restoring it. */
final class MemberOptions {
  @Option(names = "--name", paramLabel = "NAME", description = "The member's name.")
  String name = "default";

  @Option(
      names = "--initial-cluster",
      paramLabel = "NAME=URL,...",
      description = "All members. Default: this one alone.")
  @Nullable String initialCluster;

  @Option(
      names = "--initial-cluster-token",
      paramLabel = "TOKEN",
      description = "Keeps clusters apart whose members have the same addresses.")
  String token = "etcd-cluster";

  @Option(
      names = "--initial-advertise-peer-urls",
      paramLabel = "URL",
      description = "Must be this member's URL in --initial-cluster.")
  @Nullable String advertisePeer;

  /**
   * The cluster, this member in it.
   *
   * @param listenPeer the member's URL where none is given
   * @throws StartException the options contradict each other
   */
  InitialCluster cluster(String listenPeer) {
    String advertised = advertisePeer == null ? listenPeer : advertisePeer;
    InitialCluster cluster =
        InitialCluster.parse(
            initialCluster == null ? name + "=" + advertised : initialCluster, token);
    Member self = cluster.member(name);
    if (advertisePeer != null && !self.getPeerURLsList().contains(advertisePeer)) {
      throw new StartException(
          "--initial-cluster says "
              + String.join(", ", self.getPeerURLsList())
              + " for "
              + name
              + ", but --initial-advertise-peer-urls says "
              + advertisePeer);
    }
    return cluster;
  }
}
