package kontiki.kvstore.server.raft;

import java.util.Collection;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * A member of the raft group.
 *
 * @param id etcd's member id; its hexadecimal form is the raft peer id
 * @param address host:port of its peer listener
 */
public record RaftMember(long id, String address) {
  public static String peerName(long id) {
    return Long.toHexString(id);
  }

  static long idOf(RaftPeerId peer) {
    return Long.parseUnsignedLong(peer.toString(), 16);
  }

  static List<Long> idsOf(Collection<RaftPeer> peers) {
    return peers.stream().map(peer -> idOf(peer.getId())).toList();
  }

  static RaftPeerId peerId(long id) {
    return RaftPeerId.valueOf(peerName(id));
  }

  RaftPeer peer() {
    return RaftPeer.newBuilder().setId(peerId(id)).setAddress(address).build();
  }

  /** In the group that a member starts with, where it waits for being taken in, without a vote. */
  RaftPeer waitingPeer() {
    return RaftPeer.newBuilder(peer()).setStartupRole(RaftPeerRole.LISTENER).build();
  }
}
