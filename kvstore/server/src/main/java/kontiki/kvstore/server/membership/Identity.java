package kontiki.kvstore.server.membership;

import java.net.URI;
import java.util.List;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.server.raft.RaftMember;

/**
 * Who a member is, and whom it knows when it starts.
 *
 * @param members the first members of the cluster; of one that joined, those it found there
 * @param joined it came to a cluster that ran already
 */
public record Identity(long clusterId, Member self, List<Member> members, boolean joined) {
  /** Whom raft begins with: those who vote, and this member. */
  public List<RaftMember> raftGroup() {
    return raftMembers(
        members.stream()
            .filter(member -> !member.getIsLearner() || member.getID() == self.getID())
            .toList());
  }

  static List<RaftMember> raftMembers(List<Member> members) {
    return members.stream()
        .filter(member -> member.getPeerURLsCount() > 0)
        .map(member -> {
          URI peer = URI.create(member.getPeerURLs(0));
          return new RaftMember(member.getID(), peer.getHost() + ":" + peer.getPort());
        })
        .toList();
  }
}
