package kontiki.kvstore.server.front;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.mvcc.StoreView;

/**
 * The members of the cluster: who they are comes from the initial cluster, what they are called and
 * where their clients find them from what each published.
 *
 * @param initial with id, peer URLs and name
 */
public record Members(List<Member> initial) {
  List<Member> list(StoreView view) {
    Map<Long, Member> published = new TreeMap<>();
    view.publishedMembers().forEach(member -> published.put(member.getID(), member));
    return initial.stream()
        .map(member -> {
          Member said = published.get(member.getID());
          return said == null
              ? member
              : member.toBuilder()
                  .setName(said.getName())
                  .addAllClientURLs(said.getClientURLsList())
                  .build();
        })
        .toList();
  }
}
