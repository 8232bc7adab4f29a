package kontiki.kvstore.server;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.server.membership.Identity;
import kontiki.kvstore.server.membership.MemberIds;

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
                .setID(MemberIds.member(peerUrls, token))
                .setName(name)
                .addAllPeerURLs(peerUrls.stream().sorted().toList())
                .build()));
    return new InitialCluster(MemberIds.cluster(members.values()), members);
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

  /** Of the member of that name, as the flags plan it. */
  Identity identity(String name) {
    return new Identity(clusterId, member(name), List.copyOf(members.values()), false);
  }
}
