package kontiki.kvstore.server;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.server.raft.RaftMember;

/**
 * The members that a cluster begins with. Ids are computed as etcd computes them, from the peer
 * URLs and the cluster token: every member comes to the same ids without asking.
 *
 * @param members by name
 */
public record InitialCluster(long clusterId, TreeMap<String, Member> members) {
  /**
   * @param text {@code name=url,name=url}; a name may have several URLs
   * @throws StartException the text cannot be read
   */
  public static InitialCluster parse(String text, String token) {
    TreeMap<String, List<String>> urls = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals <= 0 || equals == part.length() - 1) {
        throw new StartException(
            "--initial-cluster: \"" + part + "\" is not name=url; write m1=https://host:2380,...");
      }
      String url = part.substring(equals + 1);
      Endpoint.parse("--initial-cluster", url);
      urls.computeIfAbsent(part.substring(0, equals), _ -> new ArrayList<>()).add(url);
    }
    TreeMap<String, Member> members = new TreeMap<>();
    urls.forEach((name, peerUrls) ->
        members.put(
            name,
            Member.newBuilder()
                .setID(memberId(peerUrls, token))
                .setName(name)
                .addAllPeerURLs(peerUrls.stream().sorted().toList())
                .build()));
    return new InitialCluster(clusterId(members), members);
  }

  /** The member of that name; throws StartException where there is none. */
  public Member member(String name) {
    Member member = members.get(name);
    if (member == null) {
      throw new StartException(
          "--name "
              + name
              + " is not in --initial-cluster, which has "
              + String.join(", ", members.keySet()));
    }
    return member;
  }

  List<RaftMember> raftMembers() {
    return members.values().stream()
        .map(member -> {
          URI peer = URI.create(member.getPeerURLs(0));
          return new RaftMember(member.getID(), peer.getHost() + ":" + peer.getPort());
        })
        .toList();
  }

  private static long memberId(List<String> peerUrls, String token) {
    String all = String.join("", peerUrls.stream().sorted().toList()) + token;
    return first8(sha1().digest(all.getBytes(StandardCharsets.UTF_8)));
  }

  private static long clusterId(TreeMap<String, Member> members) {
    ByteBuffer ids = ByteBuffer.allocate(Long.BYTES * members.size());
    members.values().stream()
        .map(Member::getID)
        .sorted(Long::compareUnsigned)
        .forEach(ids::putLong);
    return first8(sha1().digest(ids.array()));
  }

  private static long first8(byte[] digest) {
    return ByteBuffer.wrap(digest).getLong();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
