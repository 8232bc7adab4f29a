package kontiki.kvstore.mvcc;

import kontiki.kvstore.api.pb.ResponseHeader;

/** The two ids that every response header of this member carries. */
public record HeaderIds(long clusterId, long memberId) {
  public ResponseHeader header(long revision, long term) {
    return ResponseHeader.newBuilder()
        .setClusterId(clusterId)
        .setMemberId(memberId)
        .setRevision(revision)
        .setRaftTerm(term)
        .build();
  }
}
