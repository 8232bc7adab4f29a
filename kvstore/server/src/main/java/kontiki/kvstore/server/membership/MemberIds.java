package kontiki.kvstore.server.membership;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kontiki.kvstore.api.pb.Member;

/** Ids of members and clusters, computed as etcd computes them. */
public final class MemberIds {
  private MemberIds() {}

  /**
   * @param salt the cluster's token for its first members, the time for those that come later
   */
  public static long member(List<String> peerUrls, String salt) {
    String all = String.join("", peerUrls.stream().sorted().toList()) + salt;
    return first8(sha1().digest(all.getBytes(StandardCharsets.UTF_8)));
  }

  public static long cluster(Collection<Member> members) {
    ByteBuffer ids = ByteBuffer.allocate(Long.BYTES * members.size());
    members.stream().map(Member::getID).sorted(Long::compareUnsigned).forEach(ids::putLong);
    return first8(sha1().digest(ids.array()));
  }

  static Set<Long> of(List<Member> members) {
    Set<Long> ids = new TreeSet<>();
    members.forEach(member -> ids.add(member.getID()));
    return ids;
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
